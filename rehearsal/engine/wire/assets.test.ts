import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { elideAssets, hashAssets } from "./assets";
import { SIG } from "./values";

const ASSET = { [SIG]: "c44067f5952c0a294b673a41bacd8c17" };
const ARCHIVE = { [SIG]: "0def7320c3a5731c473e5ecbe6d01bc7" };

describe("assets", () => {
  const dir = mkdtempSync(path.join(tmpdir(), "assets-"));
  beforeAll(() => {
    mkdirSync(path.join(dir, "dir"));
    writeFileSync(path.join(dir, "dir", "f.txt"), "in dir\n");
    writeFileSync(path.join(dir, "one.txt"), "abc");
  });
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  test("a text and a file have the hash of their content", () => {
    const hashed = hashAssets({ text: { ...ASSET, text: "a" }, file: { ...ASSET, path: "one.txt" } }, dir);
    expect(hashed).toEqual({
      text: { ...ASSET, text: "a", hash: "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb" },
      file: { ...ASSET, path: "one.txt", hash: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    });
  });
  // The hashes are those of the official engine for the same content.
  test("an archive has the hash of the tar file that the official engine makes of it", () => {
    const folder = { ...ARCHIVE, path: "./dir" };
    expect(hashAssets(folder, dir)).toMatchObject({ hash: "8b0242d7e19c187f93efb8941eeb5ae62f2ac026a6cf31f170afa9cade59c144" });
    const mixed = { ...ARCHIVE, assets: { "a.txt": { ...ASSET, text: "a" }, dir: folder } };
    expect(hashAssets(mixed, dir)).toMatchObject({ hash: "a44ef1cb5a29fb6c71f60f28acdaf2e8acdff7e93e0b244b95ab877db46bfe10" });
  });
  test("a known hash is kept, and what is elsewhere is not fetched", () => {
    const values = { known: { ...ASSET, path: "gone.txt", hash: "h" }, remote: { ...ASSET, uri: "https://example.com/x" } };
    expect(hashAssets(values, dir)).toEqual(values);
  });
  test("events leave texts out", () => {
    expect(elideAssets({ t: { ...ASSET, text: "long", hash: "h" } })).toEqual({ t: { ...ASSET, text: "<contents elided>", hash: "h" } });
  });
});
