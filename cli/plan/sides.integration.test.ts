import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";
import { baseCommit, fileOf, unpackBase } from "./base-checkout";
import { ownVersion } from "./own-version";
import { plannedConfig, secretMarks } from "./stand-ins";
import { unusedSettings } from "./unused";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "flowfleet-sides-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});
const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
};
const git = (...args: string[]) => execa("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: root });
const commit = async (): Promise<void> => {
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "c");
};

describe("the other side's files", () => {
  beforeEach(async () => {
    await git("init", "--quiet");
    write(".gitignore", "node_modules\n");
    write("package.json", '{"name":"a","version":"1.0.0"}');
    write("package-lock.json", '{"name":"a","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"a","version":"1.0.0"}}}');
    write("node_modules/marker", "");
    await commit();
  });

  it("have this checkout's libraries where the lock file is the same", async () => {
    const commit = await baseCommit(root, "HEAD");
    expect([commit.commit, commit.tree]).toEqual([expect.stringMatching(/^[0-9a-f]{40}$/), expect.stringMatching(/^[0-9a-f]{40}$/)]);
    expect(await fileOf(root, commit, "package.json")).toBe('{"name":"a","version":"1.0.0"}');
    expect(await fileOf(root, commit, "Pulumi.one.yaml")).toBe("");
    const base = await unpackBase(root, commit, path.join(root, "kept"));
    expect(existsSync(path.join(base.folder, "node_modules", "marker"))).toBe(true);
    base.remove();
    expect([existsSync(base.folder), existsSync(path.join(root, "kept"))]).toEqual([false, false]);
  });

  it("have a clean install of their own where it is another, which is kept", async () => {
    write("package-lock.json", '{"name":"a","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"a","version":"1.0.0" }}}');
    const kept = path.join(root, "kept");
    for (const time of [1, 2]) {
      const base = await unpackBase(root, await baseCommit(root, "HEAD"), kept);
      expect([time, lstatSync(path.join(base.folder, "node_modules")).isSymbolicLink(), readdirSync(kept).length]).toEqual([time, true, 1]);
      base.remove();
    }
  }, 60_000);

  it("that cannot be installed are refused with what npm says, and leave nothing behind", async () => {
    write("package-lock.json", '{"name":"a","version":"1.0.0","lockfileVersion":3,"packages":{}} ');
    write("package.json", '{"name":"a","version":"1.0.0","dependencies":{"b":"file:./nowhere"}}');
    await commit();
    write("package-lock.json", "{}");
    const kept = path.join(root, "kept");
    await expect(unpackBase(root, await baseCommit(root, "HEAD"), kept)).rejects.toThrow(
      /^--against HEAD: its package-lock\.json is not this checkout's, and npm ci of it failed \(exit \d+\):/,
    );
    expect(readdirSync(kept)).toEqual([]);
  }, 60_000);

  it("are in a folder of the same name each time, and of another while that is in use", async () => {
    const commit = await baseCommit(root, "HEAD");
    const one = await unpackBase(root, commit, root);
    const two = await unpackBase(root, commit, root);
    one.remove();
    const three = await unpackBase(root, commit, root);
    two.remove();
    three.remove();
    expect([two.folder === one.folder, three.folder]).toEqual([false, one.folder]);
  });

  it("of what is no commit are refused, an option among them", async () => {
    await expect(baseCommit(root, "origin/nothing")).rejects.toThrow("git fetch origin nothing");
    await expect(baseCommit(root, "--output=x")).rejects.toThrow("--against --output=x: is no branch, tag or commit");
  });
});

test("what is kept follows from what is installed, too, which need not be what the lock file names", () => {
  write("package-lock.json", "{}");
  const without = ownVersion(root);
  write("node_modules/.package-lock.json", '{"packages":{"node_modules/a":{"version":"1.0.0"}}}');
  const [one, same] = [ownVersion(root), ownVersion(root)];
  write("node_modules/.package-lock.json", '{"packages":{"node_modules/a":{"version":"1.0.1"}}}');
  expect([one === without, one === same, one === ownVersion(root)]).toEqual([false, true, false]);
});

test("encrypted secrets become words: the same for the same ciphertext, and no passphrase is needed", () => {
  const file = (ciphertext: string): string =>
    `encryptionsalt: v1:abc\nconfig:\n  flowfleet:registries:\n    r.example.com:\n      user: u\n      password:\n        secure: ${ciphertext}\n  flowfleet:reapply: x\n`;
  const at = 'flowfleet:registries["r.example.com"].password';
  write("Pulumi.one.yaml", file("v1:a"));
  const [first, mark] = [plannedConfig(root, "one"), secretMarks(readFileSync(path.join(root, "Pulumi.one.yaml"), "utf8"))[at]];
  expect(first).toEqual({
    "flowfleet:registries": { "r.example.com": { user: "u", password: "" } },
    "flowfleet:reapply": "x",
    [at]: { secret: `stand-in for ${at} ${mark ?? ""}` },
  });
  write("Pulumi.one.yaml", file("v1:b"));
  expect(secretMarks(readFileSync(path.join(root, "Pulumi.one.yaml"), "utf8"))[at]).not.toBe(mark);
});

test("settings that nothing reads are named with file and line", () => {
  write(
    "Pulumi.one.yaml",
    "config:\n  aws:region: eu-central-1\n  flowfleet:hosts:\n    main:\n      address: 203.0.113.10\n    idle:\n      address: 203.0.113.11\n  flowfleet:registries:\n    r.example.com:\n      user: u\n",
  );
  write("releases/one.yaml", "flowra:\n  api: {}\n");
  const urn = (type: string, name: string) => `urn:pulumi:one::flowfleet::${type}::${name}`;
  const resources = [
    { op: "same", urn: urn("flowfleet:host:Host", "main"), type: "flowfleet:host:Host", inputs: {} },
    // What goes uses nothing any more.
    { op: "delete", urn: urn("flowfleet:host:Host", "idle"), type: "flowfleet:host:Host", inputs: {} },
    { op: "delete", urn: urn("pulumi:providers:aws", "default_7_0_0"), type: "pulumi:providers:aws", inputs: {} },
    { op: "delete", urn: urn("aws:s3/bucket:Bucket", "a"), type: "aws:s3/bucket:Bucket", inputs: { image: "r.example.com/a" } },
  ];
  const found = unusedSettings(root, { stack: "one", resources } as unknown as Parameters<typeof unusedSettings>[1]);
  expect(found.map(({ file, line, path: at }) => `${file}:${line ?? 0} ${at}`)).toEqual([
    "Pulumi.one.yaml:2 aws:region",
    "Pulumi.one.yaml:6 flowfleet:hosts.idle",
    "Pulumi.one.yaml:9 flowfleet:registries.r.example.com",
    "releases/one.yaml:1 flowra",
  ]);
});

describe("a login of the machines' owner", () => {
  const FAULTS = path.join(__dirname, "../../infra/config/faults");
  const unused = () => unusedSettings(root, { stack: "shared", resources: [] }).map(({ path: at, what }) => `${at}: ${what}`);
  beforeEach(() => {
    for (const file of ["Pulumi.demo.yaml", "releases/demo.yaml"]) write(file, readFileSync(path.join(FAULTS, file), "utf8"));
    write(
      "Pulumi.shared.yaml",
      "config:\n  flowfleet:registries:\n    registry.example.com: {user: u}\n    docker.io: {user: u}\n  flowfleet:git:\n    git.example.com: {}\n",
    );
  });
  it("is used by another stack's releases on them, and not by those on machines of its own", () => {
    expect(unused()).toEqual([
      "flowfleet:registries.docker.io: no image on the stack's machines comes from it, whichever stack's: take it out, and revoke its password",
      "flowfleet:git.git.example.com: no repository that is built on the stack's machines is on it: take it out",
    ]);
  });

  it("is not called unused where another stack's file cannot be read", () => {
    write("Pulumi.one.yaml", "config: [");
    expect(unused()).toEqual([]);
  });
});
