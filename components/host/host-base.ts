import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { portProblems } from "../kernel/names";
import { problemsOf, refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { inMegabytes } from "../kernel/size";
import type { Size } from "../kernel/size";
import { Claim } from "./claim";
import type { SizeArgs, SystemClaim } from "./claim";
import { FileSet } from "./file-set";
import { Firewall } from "./firewall";
import type { Opening } from "./firewall";
import { HelperProgram } from "./helper-program";
import type { Host } from "./host";
import { HostStep } from "./host-step";
import { Packages } from "./packages";
import type { Repository } from "./packages";
import { auditText } from "./settings/audit";
import { dockerPackages, dockerText } from "./settings/docker";
import { nodePackages, PM2 } from "./settings/node";
import { MODULI, SSHD_DROP_IN, moduliText, sshdText } from "./settings/sshd";
import { fail2banText, journalText, kernelText, updatesText } from "./settings/system";
import type { TakeOver } from "./take-over";

/** Docker Engine on a machine. */
export interface DockerArgs {
  /** `"vendor"`: Docker's own signed repository. `"distribution"`: the package of the distribution, for throwaway machines. @default "vendor" */
  source?: "vendor" | "distribution";
  /** Oldest version that will do. @default "24.0" */
  minimum?: string;
  /** A throwaway machine may run an older one; the helper then prints it as a substitution. @default false */
  lenient?: boolean;
}

/** Node.js on a machine, with npm and PM2. */
export interface NodeArgs {
  /** `"vendor"`: NodeSource's signed repository. `"distribution"`: the packages of the distribution, for throwaway machines. @default "vendor" */
  source?: "vendor" | "distribution";
  /** Oldest version that will do. @default "18" */
  minimum?: string;
  /** A throwaway machine may run an older one; the helper then prints it as a substitution. @default false */
  lenient?: boolean;
}

export interface SshArgs {
  /** Ports on which the machine itself listens for SSH, which the firewall opens. @default [22] */
  ports?: readonly number[];
  /** Further accounts that may log in, beside the deploy user. @default none */
  users?: readonly string[];
  /** Addresses and subnets that fail2ban never bans. @default none */
  trusted?: readonly string[];
}

export interface HostBaseArgs {
  host: Host;
  /** Least that the machine must have. @default any */
  size?: SizeArgs;
  /** Docker Engine. @default none */
  docker?: DockerArgs;
  /** Node.js, with npm and PM2. @default none */
  node?: NodeArgs;
  ssh?: SshArgs;
  /** Swap file. @default none */
  swap?: Size;
  /** What the firewall opens beside SSH, e.g. `[{ port: 80 }, { port: 443 }]`. @default nothing */
  allow?: readonly Opening[];
  /**
   * Record who changes accounts and settings, becomes root or talks to Docker (auditd). A container cannot: there it is printed as a
   * substitution. @default false
   */
  audit?: boolean;
  /** Most that the journal may take. @default "500 MB" */
  journal?: Size;
  /** What the systems of the same stack will claim: what is in their way is found before anything is touched. @default none */
  systems?: readonly SystemClaim[];
  /** What the machine may take over from whoever set it up by hand. @default nothing */
  takeOver?: readonly TakeOver[];
  /** Whether the machine gets an `NginxServer`, whose nginx.conf must not be another's. @default false */
  nginx?: boolean;
}

/** What every machine has, whatever runs on it. fail2ban reads the journal through python3-systemd. */
const PACKAGES = ["ca-certificates", "curl", "fail2ban", "python3-systemd", "systemd-timesyncd", "ufw", "unattended-upgrades"];

/** Seconds within which a second login must prove new SSH settings; else the machine takes the old ones back by itself. */
const CONFIRM_WITHIN = 120;

/**
 * What every machine gets before anything runs on it, declared once, by the stack that owns it: helper, registration, security
 * updates, time, SSH settings (proven by a second login before they stay), fail2ban, journal limits, swap, Docker, Node.js, firewall.
 *
 * @example new HostBase("main-base", { host, docker: {}, allow: [{ port: 80 }, { port: 443 }] });
 */
export class HostBase extends pulumi.ComponentResource {
  constructor(name: string, args: HostBaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:host:HostBase", name, {}, opts);
    refuse(this, name, hostBaseProblems(args));
    const { host, docker, node, ssh = {}, swap, audit = false, allow = [], journal = "500 MB" } = args;
    const ports = ssh.ports ?? [22];
    const here = { parent: this };

    new HelperProgram(`${name}-helper`, { host }, here);
    const machine = machineClaim(args);
    new Claim(`${name}-claim`, { host, system: "host", os: [host.os], size: args.size, ports: publicPorts(allow), machine }, here);
    new Packages(`${name}-packages`, { host, ...packagesOf(host, audit ? [...PACKAGES, "auditd"] : PACKAGES, docker) }, here);
    if (node) nodeSoftware(`${name}-node`, host, node, this);
    new FileSet(`${name}-settings`, settingsOf(host, ports, ssh.trusted ?? [], journal), here);
    if (docker) new FileSet(`${name}-docker`, dockerSettings(host), here);
    if (audit) new FileSet(`${name}-audit`, auditSettings(host), here);
    if (swap) new HostStep(`${name}-swap`, { host, noun: "swap", document: { size: inMegabytes(swap) }, removable: true }, here);
    new Firewall(`${name}-firewall`, { host, allow: [...ports.map((port) => ({ port })), ...allow] }, here);
    sshSettings(name, host, ports, ssh.users ?? [], this);

    this.registerOutputs({});
  }
}

/** Ports that the machine is to serve everybody on: nobody else may be listening there at first contact. */
const publicPorts = (allow: readonly Opening[]): number[] =>
  allow.filter(({ protocol = "tcp", from }) => protocol === "tcp" && from === undefined).map(({ port }) => port);

const DAEMON = "/etc/docker/daemon.json";

const machineClaim = ({ host, docker, node, nginx = false, systems = [], takeOver = [] }: HostBaseArgs) => ({
  systems,
  takeOver,
  files: [...(nginx ? ["/etc/nginx/nginx.conf"] : []), ...(docker ? [DAEMON] : [])],
  repositories: {
    ...urisOf(docker && dockerPackages(host.os, docker.source ?? "vendor").repositories, "docker"),
    ...urisOf(node && nodePackages(node.source ?? "vendor").repositories, "pm2"),
  },
});

const urisOf = (repositories: Readonly<Record<string, Repository>> = {}, word: TakeOver): Record<string, TakeOver> =>
  Object.fromEntries(Object.values(repositories).map(({ uri }) => [uri, word]));

function packagesOf(host: Host, packages: readonly string[], docker?: DockerArgs) {
  if (!docker) return { install: packages };
  const { source = "vendor", minimum = "24.0", lenient = false } = docker;
  const { install, ...from } = dockerPackages(host.os, source);
  return { install: [...packages, ...install], ...from, minimum: { docker: minimum }, lenient };
}

/** Apart from the other packages, so that each is told of its own repository and version. */
function nodeSoftware(
  name: string,
  host: Host,
  { source = "vendor", minimum = "18", lenient = false }: NodeArgs,
  parent: pulumi.Resource,
): void {
  new Packages(name, { host, ...nodePackages(source), minimum: { nodejs: minimum }, lenient }, { parent });
  new HostStep(`${name}-pm2`, { host, noun: "npm-tool", document: PM2 }, { parent });
}

function settingsOf(host: Host, ports: readonly number[], trusted: readonly string[], journal: Size) {
  return {
    host,
    files: {
      "/etc/apt/apt.conf.d/99flowfleet": { text: updatesText() },
      "/etc/fail2ban/jail.d/flowfleet.local": { text: fail2banText(ports, trusted) },
      "/etc/sysctl.d/99-flowfleet.conf": { text: kernelText() },
      "/etc/systemd/journald.conf.d/flowfleet.conf": { text: journalText(journal) },
    },
    check: ["fail2ban"] as const,
    // Restarted before it is enabled: a restart right after a start finds no socket yet, and systemd waits 90 s for the stop.
    after: ["sysctl", "restart systemd-journald", "enable systemd-timesyncd", "restart fail2ban", "enable fail2ban"],
    // They protect the machine whoever looks after it; and without ours Debian's fail2ban does not even start.
    stays: true,
  };
}

/** Apart from the other settings, so that only a change of Docker's own restarts its daemon. */
const dockerSettings = (host: Host) => ({
  host,
  files: { [DAEMON]: { text: dockerText() } },
  check: ["docker"] as const,
  after: ["restart docker"],
});

/** The other files of that folder are the distribution's, with the sizes of buffers. */
const auditSettings = (host: Host) => ({
  host,
  files: { "/etc/audit/rules.d/50-flowfleet.rules": { text: auditText(), mode: "0640" } },
  after: ["audit"],
});

/** Last, so that a machine that refuses them has everything else; the confirming step is the second login. */
function sshSettings(name: string, host: Host, ports: readonly number[], users: readonly string[], parent: pulumi.Resource): void {
  const text = host.user.apply((deploy) => sshdText(host.os, [...new Set([deploy, ...users])], ports));
  new FileSet(
    `${name}-ssh`,
    {
      host,
      files: { [SSHD_DROP_IN]: { text, mode: "0600" }, [MODULI]: { text: moduliText() } },
      check: ["sshd"],
      after: ["reload ssh"],
      confirm: { name: "sshd", within: CONFIRM_WITHIN },
    },
    { parent },
  );
  const of = text.apply((lines) =>
    createHash("sha256")
      .update([...lines, ...moduliText()].join("\n"))
      .digest("hex"),
  );
  new HostStep(`${name}-ssh-proof`, { host, noun: "confirm", document: pulumi.output({ name: "sshd", of }) }, { parent });
}

const hostBaseProblems = ({ size, ssh = {}, swap, journal = "500 MB" }: HostBaseArgs): Problem[] => [
  ...(size
    ? [...problemsOf("size/memory", () => inMegabytes(size.memory)), ...problemsOf("size/disk", () => size.disk && inMegabytes(size.disk))]
    : []),
  ...(ssh.ports ?? []).flatMap((port, index) => portProblems(`ssh/ports[${index}]`, port)),
  ...(ssh.ports?.length === 0 ? [{ path: "ssh/ports", wrong: "must name a port, or nobody can log in" }] : []),
  ...(ssh.users ?? []).flatMap((user, index) =>
    /^[a-z_][a-z0-9_-]*$/.test(user) ? [] : [{ path: `ssh/users[${index}]`, wrong: "must be the name of an account", got: user }],
  ),
  ...(swap ? problemsOf("swap", () => inMegabytes(swap)) : []),
  ...problemsOf("journal", () => inMegabytes(journal)),
];
