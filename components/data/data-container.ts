import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { Host } from "../host/host";
import { HostStep } from "../host/host-step";
import type { Duration } from "../kernel/duration";
import type { Lines } from "../kernel/lines";
import { mapValues } from "../kernel/map-values";
import { markOf } from "../kernel/mark";
import { refuse } from "../kernel/refuse";
import type { Size } from "../kernel/size";
import type { ContainerNetwork } from "../service/container-network";
import { containerInputs, imageReference, SECRETS_INSIDE, SETTINGS_INSIDE, volumesOf, waitOf } from "./container-inputs";
import { dataContainerProblems } from "./data-container-problems";
import { interruptionOf } from "./interruption";
import { predecessorDocument } from "./predecessor";

/** Which build of a database runs. */
export interface DataImage {
  /** Repository without tag: `"docker.io/library/mongo"`. */
  image: string;
  /** `"sha256:…"` */
  digest: string;
  /** What the image holds, e.g. `"6.0.20"`. Another major version of what is in a volume is refused. */
  version: string;
}

/** What a volume may hold. */
export type Engine = "mongodb" | "redis" | "postgres" | "keycloak" | "kafka" | "zookeeper";

/** How one knows that the container works, besides that it runs. */
export interface DataHealth {
  /** Docker's own check, in its words: `["CMD", "pg_isready"]`, `["CMD-SHELL", "…"]`. Never with a secret: every user of the host reads it. */
  command: readonly string[];
  /** @default "10 seconds" */
  interval?: Duration;
  /** @default "5 seconds" */
  timeout?: Duration;
  /** @default 5 */
  retries?: number;
  /** How long failures do not count. @default "30 seconds" */
  startPeriod?: Duration;
}

/** How much of the machine a container may use. `pids`: processes and threads; what is right depends on the database. */
export interface DataLimits {
  memory: Size;
  cpus: number;
  pids?: number;
}

/** Where a container of data is and what it may use: what all of them have in common. */
export interface DataPlace {
  host: Host;
  network: ContainerNetwork;
  /** Compose's word for what belongs together: `"flowra"`. With `service` it names the container. */
  project: string;
  /** Its name for its neighbours: `"mongodb"`. */
  service: string;
  /** Number of the service in its network, from 0: the first of its two addresses is the container's, whichever image runs. */
  index: number;
  /** Folder of the project on the host: settings go to `<directory>/services/<service>`, secrets to `<directory>/secrets/<service>`. */
  directory: string;
  image: DataImage;
  /** Numbers of user and group in the container, to whom its data belong: `"999:999"`. */
  user: string;
  limits: DataLimits;
  /** What it gets before others when the machine runs short: memory that is not taken from it, and its weight for the processors. @default none */
  reservations?: { memory: Size; cpus: number } | undefined;
  /** Time between TERM and KILL: a database that is killed has to mend itself when it starts. @default "60 seconds" */
  stopTimeout?: Duration | undefined;
  /**
   * A container of the same name that was made by hand gives its place and its volumes to this one, where the machine's `takeOver` has the
   * word `docker`: right before this one is made it is stopped and renamed, and it serves again if this one does not get healthy.
   * @default false: whatever has its name is in the way
   */
  takesOver?: boolean | undefined;
}

export interface DataVolume {
  /** Docker's name for it: `"mongodb_data"`. */
  name: string;
  /** Where the container has it: `"/data/db"`. */
  path: string;
  /** Whose data they are; another major version of it is refused. @default any version may come */
  engine?: Exclude<Engine, "keycloak">;
  /** Further volumes of the same data, where the image wants them apart: Docker's name -> path. @default none */
  beside?: Readonly<Record<string, string>>;
  /** Pulumi refuses to delete it. Whatever is said here, a deletion leaves the volume on the host. @default true */
  protect?: boolean | undefined;
}

export interface DataContainerArgs extends DataPlace {
  /** Port on which it listens in its network. None is published. */
  port: number;
  /** Where its data are. @default none of its own */
  volume?: DataVolume;
  /** Whose tables it has, and in the volume of which database: those are of one major version, too. @default it has none */
  tables?: { volume: string; engine: Extract<Engine, "keycloak"> };
  /** For `takesOver`: what those who use it log in with, which has to be good before and after. @default nothing is asked for */
  login?: { password: pulumi.Input<string>; role?: string; database?: string };
  /** @default the image's own */
  entrypoint?: readonly string[];
  /** @default the image's own */
  command?: readonly string[];
  /** Public variables. @default none */
  environment?: Readonly<Record<string, string>>;
  /** Public files by name, which the container finds below `/etc/flowfleet`. A change makes the container anew. @default none */
  files?: Readonly<Record<string, Lines>>;
  /** Secret files by name, which the container's user alone finds below `/run/flowfleet`. @default none */
  secretFiles?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Names of the secret files that make the container anew when they change: what it reads only when it starts. @default none */
  restartOnSecrets?: readonly string[];
  /** Further folders of the host, read-only: path on the host -> path in the container. @default none */
  folders?: Readonly<Record<string, string>>;
  health: DataHealth;
  /** Root file system is read-only. @default true */
  readOnly?: boolean;
  /** Writable memory file systems: path -> size. @default { "/tmp": "64 MB" } */
  tmpfs?: Readonly<Record<string, Size>>;
  /** Those of them in which it keeps libraries that it loads, such as a Java program that compresses. @default none */
  loadsFrom?: readonly string[];
}

/**
 * A container that holds data. It is replaced stop-first, because two must not work on one volume; its image is on the host before
 * anything is stopped, and a major version that its volume was not made for is refused before that.
 *
 * @example
 * new DataContainer("cache", { host, network, project: "shop", service: "cache", index: 3, directory: "/srv/shop", image, user: "999:999", … });
 */
export class DataContainer extends pulumi.ComponentResource {
  /** Its name on the host: `"flowra-mongodb"`. */
  readonly container: string;
  readonly service: string;
  /** Its address in the network, which no release changes. */
  readonly address: string;
  readonly port: number;
  /** The address, once the container is healthy. */
  readonly ready: pulumi.Output<string>;
  /** What a change of it does to those who use it, as the plan prints it. */
  readonly interruption: string;

  constructor(name: string, args: DataContainerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:DataContainer", name, {}, opts);
    const { host, network, project, service, index } = args;
    refuse(this, name, [
      ...dataContainerProblems(args),
      ...host.reserve("index", `address pair ${index} of network ${network.network}`, name),
      ...host.reserve("service", `service ${project}-${service}`, name),
      ...volumesOf(args).flatMap(([volume]) => host.reserve("volume/name", `volume ${volume}`, name)),
    ]);
    const provider = host.docker;
    const here = { parent: this };

    new HostStep(`${name}-image`, { host, noun: "image", document: imageDocument(args) }, here);
    const data = dataOf(args);
    if (data)
      new HostStep(`${name}-version`, { host, noun: "volume", document: { ...data, ...(args.takesOver && { takesOver: true }) } }, here);
    if (args.files) new FileSet(`${name}-settings`, { host, ...settingsOf(args, args.files) }, here);
    if (args.secretFiles) new FileSet(`${name}-secrets`, { host, ...secretsOf(args, args.secretFiles) }, here);
    if (args.volume) volumeResources(`${name}-volume`, args.host, args.volume, { ...here, provider });
    const inputs = inputsOf(args);
    const former = args.takesOver === true && { document: predecessorDocument(args, inputs), secret: args.login !== undefined };
    if (former) new HostStep(`${name}-predecessor`, { host, noun: "predecessor", ...former }, here);
    const container = containerResource(`${name}-container`, args, inputs, { ...here, provider });
    // What the provider knows no word for. The container's id makes the step run again for each new one. It is healthy then: only now
    // it is certain of which version its data are.
    const limits = {
      container: containerName(args),
      id: container.id,
      pids: args.limits.pids ?? 256,
      ...(data && { data }),
      ...waited(args),
    };
    const limited = new HostStep(`${name}-limits`, { host, noun: "container", document: pulumi.output(limits) }, here);

    const address = network.addresses(index)[0];
    this.container = containerName(args);
    this.service = service;
    this.address = address;
    this.port = args.port;
    this.ready = limited.urn.apply(() => address);
    this.interruption = interruptionOf(args);
    this.registerOutputs({ container: this.container, address, interruption: this.interruption });
  }
}

const containerName = ({ project, service }: DataPlace): string => `${project}-${service}`;

/** Where the settings of a service are on the host. */
const settingsFolder = ({ directory, service }: Pick<DataPlace, "directory" | "service">): string => `${directory}/services/${service}`;

/** Where the secrets of a service are on the host. */
export const secretsFolder = ({ directory, service }: Pick<DataPlace, "directory" | "service">): string =>
  `${directory}/secrets/${service}`;

const imageDocument = ({ image, service }: DataContainerArgs) => ({ image: imageReference(image), service, version: image.version });

/** Where its data are, and of which version. */
function dataOf({ volume, tables, image }: DataContainerArgs): { volume: string; engine: Engine; version: string } | undefined {
  const place = volume?.engine ? { volume: volume.name, engine: volume.engine } : tables;
  return place && { ...place, version: image.version };
}

/** The step waits itself where it is to say, and to see to it, how a container of before serves again. */
const waited = ({ takesOver, health }: DataContainerArgs) => (takesOver === true ? { wait: waitOf(health) } : {});

const settingsOf = (args: DataContainerArgs, files: Readonly<Record<string, Lines>>) => ({
  directories: { [settingsFolder(args)]: {} },
  files: inFolder(settingsFolder(args), files, (text) => ({ text })),
});

function secretsOf(args: DataContainerArgs, files: Readonly<Record<string, pulumi.Input<string>>>) {
  const [user, group] = args.user.split(":") as [string, string];
  return {
    directories: { [secretsFolder(args)]: { mode: "0700", user, group } },
    files: inFolder(secretsFolder(args), files, (text) => ({ text: pulumi.secret(text), mode: "0400", user, group })),
    secret: true,
  };
}

const inFolder = <T, U>(folder: string, files: Readonly<Record<string, T>>, file: (content: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, file(content)]));

type Here = { parent: pulumi.Resource; provider: docker.Provider };

function volumeResources(name: string, host: Host, { name: volume, beside = {}, protect = true }: DataVolume, here: Here): void {
  for (const [index, one] of [volume, ...Object.keys(beside)].entries()) {
    const inputs = { name: one, driver: "local" };
    const placed = host.placed(inputs);
    // One that Compose made has labels of Compose's, which the provider would take for a reason to make another one.
    const options = { ...placed, ...here, protect, retainOnDelete: true, ignoreChanges: [...(placed.ignoreChanges ?? []), "labels"] };
    host.follow(new docker.Volume(index === 0 ? name : `${name}-${index + 1}`, inputs, options));
  }
}

type ContainerInputs = ReturnType<typeof containerInputs>;

function inputsOf(args: DataContainerArgs): ContainerInputs {
  const { secretFiles = {}, restartOnSecrets = [] } = args;
  const mounts = {
    ...(args.files && { [settingsFolder(args)]: SETTINGS_INSIDE }),
    ...(args.secretFiles && { [secretsFolder(args)]: SECRETS_INSIDE }),
    ...args.folders,
  };
  const read = Object.fromEntries(Object.entries(secretFiles).filter(([file]) => restartOnSecrets.includes(file)));
  const secretsMark = restartOnSecrets.length > 0 ? secretsMarkOf(read, containerName(args)) : undefined;
  return containerInputs(args, { name: containerName(args), mounts, secretsMark });
}

function containerResource(name: string, args: DataContainerArgs, inputs: ContainerInputs, here: Here): docker.Container {
  const { host, health, takesOver } = args;
  const made = new docker.Container(
    name,
    { ...inputs, ...(takesOver === true ? {} : { wait: true, waitTimeout: waitOf(health) }) },
    { ...host.placed(inputs), ...here, deleteBeforeReplace: true },
  );
  host.follow(made);
  return made;
}

const secretsMarkOf = (files: Readonly<Record<string, pulumi.Input<string>>>, salt: string): pulumi.Output<string> =>
  pulumi.unsecret(pulumi.output(mapValues(files, (value) => value)).apply((known) => markOf(known, salt)));
