import { createHash } from "node:crypto";
import { Host } from "./host";
import type { HostArgs } from "./host";
import { HostBase } from "./host-base";
import type { HostBaseArgs } from "./host-base";
import { record } from "./recording";
import { auditText } from "./settings/audit";
import { dockerText } from "./settings/docker";
import { nodePackages } from "./settings/node";
import { moduliText, sshdText } from "./settings/sshd";
import { fail2banText, journalText, kernelText, updatesText } from "./settings/system";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const ROOT = { mode: "0644", user: "root", group: "root" };

const steps = async (args: Omit<HostBaseArgs, "host">, host: Partial<HostArgs> = {}) => {
  const recording = await record(
    () => new HostBase("base", { host: new Host("main", { address: "203.0.113.10", hostKey: KEY, ...host }), ...args }),
  );
  return recording.steps.map(({ document: { owner, ...document }, ...step }) => ({ ...step, owner, document }));
};
const documentOf = (all: Awaited<ReturnType<typeof steps>>, name: string) => all.find((step) => step.name === name)?.document;

it("runs its steps in this order, the one that could lock out at the end and proven by a second login", async () => {
  const all = await steps({ docker: {}, swap: "2 GB", audit: true, allow: [{ port: 80 }, { port: 443 }] });
  expect(all.map(({ name, noun, removable }) => [name, noun, removable])).toEqual([
    ["base-helper-revision", "helper", false],
    ["base-claim-tenant", "claim", true],
    ["base-packages-apt", "packages", true],
    ["base-settings-files", "files", false],
    ["base-docker-files", "files", true],
    ["base-audit-files", "files", true],
    ["base-swap", "swap", true],
    ["base-firewall-rules", "firewall", true],
    ["base-ssh-files", "files", true],
    ["base-ssh-proof", "confirm", false],
  ]);
  all.slice(1).forEach((step, index) => {
    expect(step.dependsOn).toEqual([all[index]?.name]);
  });
});

it("gives a machine without Docker none, and no swap unless asked for", async () => {
  const all = await steps({});
  expect(all.map(({ noun }) => noun)).toEqual(["helper", "claim", "packages", "files", "firewall", "files", "confirm"]);
  expect(documentOf(all, "base-packages-apt")).toEqual({
    install: ["ca-certificates", "curl", "fail2ban", "python3-systemd", "systemd-timesyncd", "ufw", "unattended-upgrades"],
  });
  expect(documentOf(all, "base-firewall-rules")).toEqual({ allow: [{ port: 22, protocol: "tcp" }], containers: "closed" });
});

it("refuses a machine of another distribution or size, or one that serves the public ports already", async () => {
  const all = await steps(
    { size: { cpus: 4, memory: "8 GB" }, allow: [{ port: 80 }, { port: 443 }, { port: 5432, from: ["203.0.113.7"] }] },
    { os: "ubuntu-24.04" },
  );
  expect(documentOf(all, "base-claim-tenant")).toEqual({
    stack: "test",
    system: "host",
    os: ["ubuntu-24.04"],
    size: { cpus: 4, memory: 8192 },
    names: [],
    ports: [80, 443],
    paths: [],
    containers: [],
    subnets: [],
    systems: [],
  });
});

it("looks at first contact at what its own files, repositories and systems would meet, and hands over what may be taken over", async () => {
  const systems = [{ system: "coreflow", ports: [3000] }];
  const wanted = { docker: {}, node: {}, nginx: true, systems, takeOver: ["nginx", "docker"] as const };
  expect(documentOf(await steps(wanted), "base-claim-tenant")).toMatchObject({
    files: ["/etc/nginx/nginx.conf", "/etc/docker/daemon.json"],
    repositories: { "https://download.docker.com/linux/debian": "docker", "https://deb.nodesource.com/node_24.x": "pm2" },
    systems: [{ stack: "test", system: "coreflow", ports: [3000], names: [] }],
    takeOver: ["nginx", "docker"],
  });
  const distribution = documentOf(
    await steps({ docker: { source: "distribution" }, node: { source: "distribution" } }),
    "base-claim-tenant",
  );
  expect(distribution).not.toHaveProperty("repositories");
  expect(distribution).not.toHaveProperty("takeOver");
});

it("installs Docker from where it is said to come from, no older than it may be", async () => {
  expect(documentOf(await steps({ docker: {} }), "base-packages-apt")).toMatchObject({
    install: expect.arrayContaining(["docker-ce", "ufw"]) as unknown,
    repositories: { docker: { suite: "bookworm" } },
    minimum: { docker: "24.0" },
  });
  const throwaway = documentOf(await steps({ docker: { source: "distribution", lenient: true, minimum: "26.1" } }), "base-packages-apt");
  expect(throwaway).toMatchObject({
    install: expect.arrayContaining(["docker.io"]) as unknown,
    minimum: { docker: "26.1" },
    lenient: true,
  });
  expect(throwaway).not.toHaveProperty("repositories");
});

const sorted = (source: "vendor" | "distribution") => ({ ...nodePackages(source), install: [...nodePackages(source).install].sort() });

it("installs Node.js from where it is said to come from, no older than it may be, and PM2 in one version", async () => {
  const all = await steps({ node: {} });
  expect(all.slice(2, 5).map(({ name, noun, removable }) => [name, noun, removable])).toEqual([
    ["base-packages-apt", "packages", true],
    ["base-node-apt", "packages", true],
    ["base-node-pm2", "npm-tool", false],
  ]);
  expect(documentOf(all, "base-node-apt")).toEqual({ ...sorted("vendor"), minimum: { nodejs: "18" } });
  expect(documentOf(all, "base-node-pm2")).toEqual({ package: "pm2", version: "7.0.4" });
  const throwaway = await steps({ node: { source: "distribution", minimum: "20.1", lenient: true } });
  expect(documentOf(throwaway, "base-node-apt")).toEqual({
    ...sorted("distribution"),
    minimum: { nodejs: "20.1" },
    lenient: true,
  });
});

it("writes the settings of the machine, apart from Docker's, whose change restarts the daemon", async () => {
  const all = await steps({ docker: {}, ssh: { trusted: ["203.0.113.7"] }, journal: "1 GB" });
  expect(documentOf(all, "base-settings-files")).toEqual({
    files: {
      "/etc/apt/apt.conf.d/99flowfleet": { ...ROOT, text: updatesText() },
      "/etc/fail2ban/jail.d/flowfleet.local": { ...ROOT, text: fail2banText([22], ["203.0.113.7"]) },
      "/etc/sysctl.d/99-flowfleet.conf": { ...ROOT, text: kernelText() },
      "/etc/systemd/journald.conf.d/flowfleet.conf": { ...ROOT, text: journalText("1 GB") },
    },
    check: ["fail2ban"],
    after: ["sysctl", "restart systemd-journald", "enable systemd-timesyncd", "restart fail2ban", "enable fail2ban"],
  });
  expect(documentOf(all, "base-docker-files")).toEqual({
    files: { "/etc/docker/daemon.json": { ...ROOT, text: dockerText() } },
    check: ["docker"],
    after: ["restart docker"],
  });
});

it("records who did what where it is asked for, in rules beside the distribution's own", async () => {
  const all = await steps({ audit: true });
  expect(documentOf(all, "base-packages-apt")).toMatchObject({ install: expect.arrayContaining(["auditd"]) as unknown });
  expect(documentOf(all, "base-audit-files")).toEqual({
    files: { "/etc/audit/rules.d/50-flowfleet.rules": { ...ROOT, mode: "0640", text: auditText() } },
    after: ["audit"],
  });
});

it("always lets the deploy user in, and takes SSH settings back that nobody confirms", async () => {
  const all = await steps({ ssh: { users: ["alice", "flow"], ports: [2222] } }, { user: "flow" });
  const text = sshdText("debian-12", ["flow", "alice"], [2222]);
  expect(documentOf(all, "base-ssh-files")).toEqual({
    files: {
      "/etc/ssh/flowfleet-moduli": { ...ROOT, text: moduliText() },
      "/etc/ssh/sshd_config.d/00-flowfleet.conf": { ...ROOT, mode: "0600", text },
    },
    check: ["sshd"],
    after: ["reload ssh"],
    confirm: { name: "sshd", within: 120 },
  });
  expect(documentOf(all, "base-ssh-proof")).toEqual({
    name: "sshd",
    of: createHash("sha256")
      .update([...text, ...moduliText()].join("\n"))
      .digest("hex"),
  });
  expect(documentOf(all, "base-firewall-rules")).toMatchObject({ allow: [{ port: 2222, protocol: "tcp" }] });
});

it("is refused with everything that is wrong at once", async () => {
  await expect(
    steps({
      ssh: { ports: [], users: ["a b"] },
      swap: "1 TB" as "1 GB",
      journal: "1 KB",
      size: { cpus: 1, memory: "1 GB", disk: "10 TB" as "1 GB" },
    }),
  ).rejects.toThrow(
    'base/size/disk: must be a size above zero such as "50 MB", got "10 TB"\n' +
      "base/ssh/ports: must name a port, or nobody can log in\n" +
      'base/ssh/users[0]: must be the name of an account; got "a b"\n' +
      'base/swap: must be a size above zero such as "50 MB", got "1 TB"\n' +
      'base/journal: must be a whole number of megabytes, got "1 KB"',
  );
});
