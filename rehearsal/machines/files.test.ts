import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utils } from "ssh2";
import { keyPair } from "./key-pair";
import { readRecord, writeRecord, type EstateRecord } from "./record";

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "flowfleet-test-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const record: EstateRecord = {
  version: 1,
  id: "a1b2c3",
  name: "local",
  block: 3,
  machines: { main: { os: "debian-12", index: 1, ports: { "22": 22 }, memory: 1024 } },
  agent: { socket: "/tmp/x/socket", pid: 12, keys: ["/keys/id"] },
  registryHosts: ["registry.gitlab.com"],
  names: { "app.example.com": "main" },
};

test("a record is read as it was written, by its owner only", async () => {
  await writeRecord(join(folder, "deep"), record);
  expect(await readRecord(join(folder, "deep"))).toEqual(record);
  expect(statSync(join(folder, "deep", "estate.json")).mode & 0o777).toBe(0o600);
});

test("where there is none, there is none", async () => {
  expect(await readRecord(folder)).toBeUndefined();
});

test("a record that is none is refused with its path", async () => {
  writeFileSync(join(folder, "estate.json"), '{"version": 2}');
  await expect(readRecord(folder)).rejects.toThrow(`${join(folder, "estate.json")} is not an estate's record`);
});

test("a pair of keys is made once; its private half is its owner's and OpenSSH's", async () => {
  const made = await keyPair(join(folder, "keys", "id"), "a comment");
  expect(await keyPair(join(folder, "keys", "id"), "another")).toEqual(made);
  expect(made.publicKey).toMatch(/^ssh-ed25519 [A-Za-z0-9+/=]+$/);
  expect(statSync(made.file).mode & 0o777).toBe(0o600);
  const parsed = utils.parseKey(readFileSync(made.file));
  if (parsed instanceof Error) throw parsed;
  expect(`ssh-ed25519 ${parsed.getPublicSSH().toString("base64")}`).toBe(made.publicKey);
});
