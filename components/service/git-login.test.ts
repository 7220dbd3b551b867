import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Host } from "../host/host";
import { judged } from "../host/judged";
import { record } from "../host/recording";
import { GitLogin, loginAt } from "./git-login";
import type { GitLoginArgs } from "./git-login";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const PEM = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n";

const made = (servers: GitLoginArgs["servers"]) =>
  record(() => new GitLogin("git", { host: new Host("main", { address: "203.0.113.10", hostKey: KEY }), servers }));

it("pins the servers, and keeps the keys to root alone", async () => {
  const { steps } = await made({ "git.example.com": { hostKeys: [KEY], deployKey: PEM } });
  expect(steps.map(({ name, noun, secrets }) => [name, noun, secrets])).toEqual([
    ["git-hosts-files", "files", ["connection"]],
    ["git-keys-files", "files", ["connection", "stdin"]],
  ]);
  expect(steps[0]?.document).toMatchObject({
    directories: { "/etc/flowfleet/git": { mode: "0700", user: "root", group: "root" } },
    files: {
      "/etc/flowfleet/git/known_hosts": { mode: "0644", text: ["# Written by Flowfleet.", `git.example.com,[git.example.com]:* ${KEY}`] },
    },
  });
  expect(steps[1]?.document).toMatchObject({
    files: { "/etc/flowfleet/git/git.example.com.key": { mode: "0600", user: "root", group: "root", text: PEM.trimEnd().split("\n") } },
  });
  expect(judged(steps)).toEqual([]);
});

it("ssh finds a server's key, whatever its port", async () => {
  const { steps } = await made({ "git.example.com": { hostKeys: [KEY], deployKey: PEM } });
  const { text } = Object.values(steps[0]?.document["files"] as Record<string, { text: string[] }>)[0] ?? { text: [] };
  const folder = mkdtempSync(join(tmpdir(), "known-hosts-"));
  try {
    const file = join(folder, "known_hosts");
    writeFileSync(file, text.map((line) => `${line}\n`).join(""));
    for (const server of ["git.example.com", "[git.example.com]:2222"])
      expect(execFileSync("ssh-keygen", ["-F", server, "-f", file], { encoding: "utf8" })).toContain(KEY);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("says where the login of a repository is, and that one by HTTPS needs none", () => {
  const login = { key: "/etc/flowfleet/git/git.example.com.key", knownHosts: "/etc/flowfleet/git/known_hosts" };
  for (const address of ["git@git.example.com:shop/api.git", "ssh://git@git.example.com/shop/api.git", "ssh://git.example.com:2222/a.git"])
    expect([address, loginAt(address)]).toEqual([address, login]);
  expect(loginAt("https://git.example.com/shop/api.git")).toBeNull();
});

it("is refused without a host key, and for what is no server", async () => {
  await expect(
    made({ "git.example.com": { hostKeys: [], deployKey: PEM }, "https://a": { hostKeys: ["ssh-dss AAAA"], deployKey: PEM } }),
  ).rejects.toThrow(
    [
      "git/servers/git.example.com/hostKeys: must name a key, or no server could be trusted",
      'git/servers/https://a: must be the name of a server such as "git.example.com"',
      "git/servers/https://a/hostKeys[0]: must begin with one of ssh-ed25519",
    ].join("\n"),
  );
});
