import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "./file-set";
import type { FileSetArgs } from "./file-set";
import { Host } from "./host";
import { record } from "./recording";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";

const made = async (args: Omit<FileSetArgs, "host">) => {
  const { steps } = await record(() => new FileSet("set", { host: new Host("main", { address: "203.0.113.10", hostKey: KEY }), ...args }));
  return steps;
};

it("tells the helper every file with its rights and lines", async () => {
  const [step, ...others] = await made({
    directories: { "/etc/shop": {}, "/srv/shop": { mode: "0750", user: "shop", group: "www-data" } },
    files: {
      "/etc/shop/a.conf": { text: "one\n\ntwo\n" },
      "/etc/shop/b.conf": { text: pulumi.output(["three"]), mode: "0640", user: "shop", group: "shop" },
    },
    links: { "/etc/shop/c.conf": "a.conf" },
    check: ["nginx"],
    after: ["reload nginx"],
    confirm: { name: "sshd", within: 60 },
  });
  expect(others).toEqual([]);
  expect(step).toMatchObject({ name: "set-files", noun: "files", removable: true, secrets: ["connection"] });
  expect(step?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:host:FileSet::set",
    directories: {
      "/etc/shop": { mode: "0755", user: "root", group: "root" },
      "/srv/shop": { mode: "0750", user: "shop", group: "www-data" },
    },
    files: {
      "/etc/shop/a.conf": { mode: "0644", user: "root", group: "root", text: ["one", "", "two"] },
      "/etc/shop/b.conf": { mode: "0640", user: "shop", group: "shop", text: ["three"] },
    },
    links: { "/etc/shop/c.conf": "a.conf" },
    check: ["nginx"],
    after: ["reload nginx"],
    confirm: { name: "sshd", within: 60 },
  });
});

it("says nothing of what is not asked for", async () => {
  const [step] = await made({ files: { "/etc/motd": { text: "hello\n" } } });
  expect(Object.keys(step?.document ?? {})).toEqual(["owner", "files"]);
});

it("leaves its files behind where they are to stay", async () => {
  const [step] = await made({ files: { "/etc/motd": { text: "hello\n" } }, stays: true });
  expect(step?.removable).toBe(false);
});

it("hides a secret set and closes its files", async () => {
  const [step] = await made({ files: { "/etc/shop/key": { text: "s3cret\n" } }, secret: true });
  expect(step?.secrets).toEqual(["connection", "stdin"]);
  expect(step?.document).toMatchObject({ files: { "/etc/shop/key": { mode: "0600" } } });
});

it("hides a secret in the document of a set that is not marked", async () => {
  const [step] = await made({ files: { "/etc/shop/key": { text: pulumi.secret("s3cret\n") } } });
  expect(step?.secrets).toEqual(["connection", "stdin"]);
});

it("is refused with every wrong path and mode at once", async () => {
  await expect(
    made({ files: { "etc/a": { text: "" }, "/etc/b": { text: "", mode: "644" } }, links: { "/etc/../c": "b" } }),
  ).rejects.toThrow(
    'set/etc/a: must be an absolute path of plain characters such as "/srv/shop"; got "etc/a"\n' +
      'set//etc/../c: must be an absolute path of plain characters such as "/srv/shop"; got "/etc/../c"\n' +
      'set//etc/b/mode: must be octal digits such as "0644"; got "644"',
  );
});

it("lets others wait until the files are in place, in previews too", async () => {
  await record(
    async () => {
      const set = new FileSet("set", { host: new Host("main", { address: "203.0.113.10", hostKey: KEY }), files: {} });
      expect(await new Promise((resolve) => set.applied.apply(resolve))).toBe(
        "urn:pulumi:test::flowfleet::flowfleet:host:FileSet$command:remote:Command::set-files",
      );
    },
    { preview: true },
  );
});
