/** What throwaway machines offer. `index.ts` is the door; nothing else of this folder is meant to be imported. */

/** One line for a person about what is going on. */
export type Report = (line: string) => void;

export interface Run {
  /** Told what is done and when it is done. @default silence */
  report?: Report;
  /** Ends what is under way: child processes are stopped, what was half made is removed by `destroy()`. */
  signal?: AbortSignal;
}

/** Debian 12 is proven; Ubuntu needs a base image or an Ubuntu mirror in reach, and says so otherwise. */
export type ServerOs = "debian-12" | "ubuntu-22.04" | "ubuntu-24.04";

/** A server that did not exist before, as a VPS provider hands it over: root, a key, nothing installed. */
export interface Machine {
  /** Of the estate, e.g. `main`; also its host name. */
  name: string;
  os: ServerOs;
  /** Loopback address of its own (127.20.x.y), the same for as long as the estate lives. */
  address: string;
  /** Where ssh answers on `address`. 22, or another where this machine's own sshd holds 22 on every address. */
  port: number;
  /** Every published port: the machine's own port → the one on `address` (the same number wherever it is free). */
  ports: Record<number, number>;
  /** Who may log in with `identityFile`. */
  user: "root";
  /** Private key, 0600, for `ssh -i`. */
  identityFile: string;
  /** `ssh-ed25519 AAAA…`: what `known_hosts` and the program pin. */
  hostKey: string;
  containerName: string;
  /** On the estate's network: how neighbours, the ACME CA and the registry reach it. */
  internalAddress: string;
}

export interface MachineStatus extends Machine {
  state: "running" | "stopped" | "missing";
}

export interface BootOptions extends Run {
  /** @default "debian-12" */
  os?: ServerOs;
  /** Ports to publish on the machine's loopback address. @default [22, 80, 443]; 22 is always there */
  ports?: number[];
  /** Megabytes. @default no limit */
  memory?: number;
  /** E.g. 1.5. @default no limit */
  cpus?: number;
}

export interface ExecOptions extends Run {
  /** Standard input. */
  input?: string;
  /** Milliseconds. @default 60_000 */
  timeout?: number;
  /** Throw when the exit status is not 0. @default true */
  check?: boolean;
}

export interface ExecResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Another machine on the same network: what a stranger sees of a server. Has curl and Python 3. */
export interface Neighbour {
  internalAddress: string;
  exec(argv: string[], options?: ExecOptions): Promise<ExecResult>;
  /** TCP ports that accept a connection, all 65535 unless told. `route` sends a subnet by way of an address first (container networks behind a host). */
  scan(address: string, options?: Run & { ports?: [from: number, to: number]; route?: { subnet: string; via: string } }): Promise<number[]>;
}

export interface EstateOptions extends Run {
  /** Folder of the estate, made if need be; two estates never share one. What `openEstate` finds there it goes on with. */
  stateDir: string;
  /** For people, in names of containers, e.g. the stack. Letters, digits, `-`. @default "rehearsal" */
  name?: string;
}

/** The throwaway world of one rehearsal: a network of its own, machines, keys. Survives the process; `destroy()` leaves nothing. */
export interface Estate {
  readonly name: string;
  readonly stateDir: string;
  /** Docker network of the estate. */
  readonly network: string;
  /** Private key that every machine lets in as root, and its public line. */
  readonly identityFile: string;
  readonly publicKey: string;

  /** Boots it, or returns the one that runs (starts it when it was stopped). Ready when systemd and ssh are. */
  boot(name: string, options?: BootOptions): Promise<Machine>;
  /** New disk under the same name, address, login key and (unless told) host key. */
  reimage(name: string, options?: Run & { newHostKey?: boolean }): Promise<Machine>;
  /** Same disk. Ready when systemd and ssh are. */
  reboot(name: string, options?: Run): Promise<Machine>;
  stop(name: string, options?: Run): Promise<void>;
  start(name: string, options?: Run): Promise<Machine>;
  /** As root inside the machine, from outside: for what a rehearsal substitutes and what tests look at, never for what the program does. */
  exec(name: string, argv: string[], options?: ExecOptions): Promise<ExecResult>;
  /** One machine, known by name; an error that names those that exist otherwise. */
  machine(name: string): Promise<Machine>;
  /** Everything of the estate with its state as Docker tells it. */
  list(): Promise<MachineStatus[]>;
  neighbour(options?: Run): Promise<Neighbour>;
  /** `SSH_AUTH_SOCK` of an ssh-agent that holds the estate's key and lives until `destroy()`. Started again when it is gone. */
  agent(options?: Run): Promise<string>;
  /** More keys into that agent (rotation); OpenSSH private key files. */
  addToAgent(identityFile: string, options?: Run): Promise<void>;
  /** Containers, volumes, network, agent, its own files (and the folder, if nothing else is in it). Nothing is left, also after half-made steps. */
  destroy(options?: Run): Promise<void>;
}

export interface AcmeOptions extends Run {
  /** Of the certificates it gives, in seconds. @default 90 days */
  certificateLifetime?: number;
}

/** A certificate authority that speaks ACME and trusts nobody else's DNS: names resolve to what `map` says. */
export interface Acme {
  /** As machines of the estate see it, e.g. `https://acme.test:14000/dir`. */
  directoryUrl: string;
  /** PEM of the CA that signed the directory's own TLS certificate (`REQUESTS_CA_BUNDLE` of certbot). */
  directoryCa: string;
  /** PEM of the roots that sign the sites' certificates; also in `rootCaFile`. */
  rootCa: string;
  /** `<stateDir>/ca.pem`, for `curl --cacert`. */
  rootCaFile: string;
  /** HTTP-01 of these names goes to port 80 of this machine. Replaces earlier answers for the names; no restart. */
  map(names: string[], machine: Machine, options?: Run): Promise<void>;
}

/** An image registry that answers under production's host names inside the estate. */
export interface Registry {
  /** Host names that it answers to. */
  hosts: string[];
  /** Puts a local image under its production name (`registry.gitlab.com/group/app/backend`), gives `sha256:…`. */
  push(localImage: string, productionName: string, options?: Run): Promise<string>;
  /**
   * Puts a file into a repository of its first host, for anyone to fetch, and gives its address: `https://<host>/v2/<repository>/blobs/sha256:…`.
   * What is there already is not sent again.
   */
  put(file: string, sha256: string, repository: string, options?: Run): Promise<string>;
  /** Has this machine's own Docker fetch an image by the digest in its production name (`docker.io/group/app@sha256:…`), and gives its id. */
  fetch(productionName: string, options?: Run): Promise<string>;
  /** The machine trusts it: its Docker by `/etc/docker/certs.d/<host>/ca.crt`, all else by the system's own list. Again after `reimage`. */
  trust(machine: Machine, options?: Run): Promise<void>;
}

/** A git server that answers under production's host names inside the estate, by ssh. */
export interface GitServer {
  /** Host names that it answers to. */
  hosts: string[];
  /** `ssh-ed25519 AAAA…`: what `known_hosts` pins. */
  hostKey: string;
  /** Private key in OpenSSH's format that may read every repository, and write none. */
  deployKey: string;
  /**
   * Puts a commit with exactly these files on top of a branch of a repository, which is made if need be, and gives its number. Where the
   * branch has these files already there is no new one.
   */
  push(repository: string, files: Record<string, string>, options: Run & { branch: string; message: string }): Promise<string>;
}

/** AWS's APIs on a loopback address of the estate. What it was told is gone when it ends. */
export interface AwsEmulator {
  /** It was started by this call and knows of nothing. */
  isNew: boolean;
  /** `http://127.20.x.205:5000`. */
  endpoint: string;
  /** Output of AWS's own command line, asked of the emulator: `cli("eu-central-1", ["ecs", "list-clusters"])`. */
  cli(region: string, argv: string[], options?: Run & { timeout?: number }): Promise<string>;
  /** The id of the hosted zone of a name, made if it is not there. */
  zone(name: string, options?: Run): Promise<string>;
}

/** One task of a service of ECS, on this machine's Docker. */
export interface AwsTask {
  /** Where its first port answers: `http://127.20.x.207:3000`. */
  url: string;
  containerName: string;
}

export interface AwsTaskOptions extends Run {
  region: string;
  /** Name of the cluster, and of the service in it. */
  cluster: string;
  service: string;
  /** Variable of the task whose value is the password of the database's master user. */
  password: string;
  /** Variable with those who vouch for the database, as PEM in base64: here the machines' own authority does. */
  authorities: string;
  /** Gives the image of a PostgreSQL, for the database that the task's variables name. */
  postgres: () => Promise<string>;
  /** Gives the task's image, by its name with digest, to this machine's Docker. */
  fetch: (image: string) => Promise<string>;
}

/** The engine does not answer and cannot be installed from here. The message says what is missing and what still works. */
export class DockerUnavailable extends Error {
  override readonly name = "DockerUnavailable";
}

/** A step on a machine failed or took too long. The message names the step, the machine and the last lines of the output. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
  constructor(
    readonly step: string,
    /** Machine, container or image it was about. */
    readonly subject: string,
    /** Exit status, `timeout after …`, `interrupted`. */
    readonly reason: string,
    readonly lastLines: string,
  ) {
    super(`${step} (${subject}): ${reason}${lastLines ? `\n${lastLines.replace(/^/gm, "  ")}` : ""}`);
  }
}
