/** A machine that can only be reached through another one. */
import { ed25519 } from "../providers/command/testing/key-pair";
import { rm } from "node:fs/promises";
import * as path from "node:path";
import { checkout, homeFolder } from "../../cli/checkout";
import { bootstrapMachine, removeRehearsal } from "../../cli/rehearse";
import { type Result, up } from "../engine";
import { type Estate, type Machine, openEstate } from "../machines";
import { reaching } from "./faults";
import { changesOf, reasons, succeeded } from "./world";

const folder = path.join(homeFolder(), "e2e-bastion");
let estate: Estate;
let sshAgent: string;
let gate: Machine;
let inner: Machine;

/** The stack `shared` with two machines: one that everybody reaches, and one behind it. */
function bringUp(gateKey = gate.hostKey): Promise<Result> {
  const bastion = { address: gate.address, port: gate.port, user: "deploy", hostKey: gateKey };
  const bare = { os: "debian-12", protect: false };
  const hosts = {
    gate: { ...bastion, ...bare, hostKey: gate.hostKey },
    inner: { address: inner.internalAddress, hostKey: inner.hostKey, ...bare, bastion },
  };
  const allowed = [
    { ...gate, hostKey: gateKey },
    { address: inner.internalAddress, port: 22, hostKey: inner.hostKey },
  ];
  return up({
    cwd: checkout,
    stack: "shared",
    ignoreConfigFile: true,
    stateDir: path.join(folder, "state"),
    passphrase: "of a throwaway state",
    config: { "flowfleet:hosts": hosts },
    providers: {},
    ...reaching(allowed, sshAgent),
  });
}

const logins = async (machine: Machine): Promise<string[]> => {
  const { stdout } = await estate.exec(machine.name, ["journalctl", "-u", "ssh", "--output", "cat"]);
  return stdout.split("\n").flatMap((line) => /Accepted publickey for deploy from (\S+) /.exec(line)?.[1] ?? []);
};

beforeAll(async () => {
  estate = await openEstate({ stateDir: folder, name: "e2e-bastion" });
  sshAgent = await estate.agent();
  [gate, inner] = await Promise.all([estate.boot("gate", { ports: [22] }), estate.boot("inner", { ports: [22] })]);
  for (const machine of [gate, inner]) await bootstrapMachine(machine, sshAgent, () => undefined);
  // From now on its SSH answers nobody out here, only the gate beside it.
  const outside = "$(ip -4 route show default | awk '{ print $3 }')";
  await estate.exec("inner", ["sh", "-c", `ip rule add to ${outside}/32 ipproto tcp sport 22 blackhole`]);
  succeeded(await bringUp());
}, 900_000);

afterAll(async () => {
  await removeRehearsal(folder, () => undefined);
  await rm(folder, { recursive: true, force: true });
}, 120_000);

test("the machine gets all that it is to have, and every login came from the gate, which has our SSH settings, too", async () => {
  const direct = await estate.exec("gate", ["sshd", "-T", "-C", "user=deploy"]);
  expect(direct.stdout).toContain("allowtcpforwarding local\n");
  const from = await logins(inner);
  expect(from.length).toBeGreaterThan(5);
  expect([...new Set(from)]).toEqual([gate.internalAddress]);
  const { stdout } = await estate.exec("inner", ["cat", "/etc/ssh/sshd_config.d/00-flowfleet.conf"]);
  expect(stdout).toContain("AllowUsers deploy\n");
});

test("a second run changes nothing and opens no connection", async () => {
  const before = await Promise.all([gate, inner].map(logins));
  expect(changesOf(succeeded(await bringUp()))).toEqual([]);
  expect(await Promise.all([gate, inner].map(logins))).toEqual(before);
}, 120_000);

test("a bastion with another host key than the pinned one is refused", async () => {
  const before = await logins(inner);
  const result = await bringUp(ed25519().public);
  expect(result.succeeded).toBe(false);
  expect(reasons(result)).toContain("proxy: after 6 failed attempts: ssh: handshake failed: ssh: host key mismatch");
  expect(reasons(result)).toContain(`deploy@${gate.address}:${gate.port} shows another host key than the pinned one`);
  expect(await logins(inner)).toEqual(before);
  expect(changesOf(succeeded(await bringUp()))).toEqual([]);
}, 180_000);
