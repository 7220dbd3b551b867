import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { Host } from "../host/host";
import { hostKeyProblems } from "../host/host-key";
import { gitServerOf } from "../kernel/git-server";
import type { Lines } from "../kernel/lines";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";

/** A git server that the machine fetches from by SSH. */
export interface GitServer {
  /** Its public host keys, pinned: `["ssh-ed25519 AAAA…"]`. */
  hostKeys: readonly string[];
  /** Private key that may read there, without a passphrase. Always treated as a secret. */
  deployKey: pulumi.Input<string>;
}

export interface GitLoginArgs {
  host: Host;
  /** By host name: `{ "github.com": … }`. */
  servers: Readonly<Record<string, GitServer>>;
}

/** Where the helper finds what it needs to fetch by SSH. */
export interface LoginFiles {
  key: string;
  knownHosts: string;
}

const FOLDER = "/etc/flowfleet/git";
const KNOWN_HOSTS = `${FOLDER}/known_hosts`;

/**
 * How a machine gets at private repositories: the servers' pinned host keys, and a key for each, which only root can read. Declare it
 * before what is fetched from there. `loginAt` says where the files are.
 *
 * @example new GitLogin("main-git", { host, servers: { "github.com": { hostKeys: ["ssh-ed25519 AAAA…"], deployKey } } });
 */
export class GitLogin extends pulumi.ComponentResource {
  constructor(name: string, args: GitLoginArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:GitLogin", name, {}, opts);
    const { host, servers } = args;
    refuse(this, name, gitLoginProblems(args));
    const directories = { [FOLDER]: { mode: "0700" } };
    new FileSet(`${name}-hosts`, { host, directories, files: { [KNOWN_HOSTS]: { text: knownHostsText(servers) } } }, { parent: this });
    const keys = Object.entries(servers).map(([server, { deployKey }]) => [keyFile(server), { text: pulumi.secret(deployKey) }] as const);
    new FileSet(`${name}-keys`, { host, files: Object.fromEntries(keys), secret: true }, { parent: this });
    this.registerOutputs({});
  }
}

/** Files with which a repository is fetched; none for one by HTTPS, which has to be public. */
export function loginAt(repository: string): LoginFiles | null {
  const server = gitServerOf(repository);
  return server === undefined ? null : { key: keyFile(server), knownHosts: KNOWN_HOSTS };
}

const keyFile = (server: string): string => `${FOLDER}/${server}.key`;

/** Whatever the port: the keys are the machine's. */
const knownHostsText = (servers: Readonly<Record<string, GitServer>>): Lines => [
  "# Written by Flowfleet.",
  ...Object.entries(servers).flatMap(([server, { hostKeys }]) => hostKeys.map((key) => `${server},[${server}]:* ${key.trim()}`)),
];

const gitLoginProblems = ({ servers }: GitLoginArgs): Problem[] =>
  Object.entries(servers).flatMap(([server, { hostKeys }]) => [
    ...(SERVER.test(server) ? [] : [{ path: `servers/${server}`, wrong: 'must be the name of a server such as "git.example.com"' }]),
    ...(hostKeys.length === 0 ? [{ path: `servers/${server}/hostKeys`, wrong: "must name a key, or no server could be trusted" }] : []),
    ...hostKeys.flatMap((key, index) => hostKeyProblems(`servers/${server}/hostKeys[${index}]`, key)),
  ]);

/** One label will do: a rehearsal's is on a network of its own. */
const SERVER = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;
