import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { inSeconds } from "../kernel/duration";
import { markOf } from "../kernel/mark";
import { inMegabytes } from "../kernel/size";
import type { DataContainerArgs, DataHealth, DataImage } from "./data-container";

/** Where a container finds its public and its secret files. Folders, because a mounted file would stay the old one when it is replaced. */
export const SETTINGS_INSIDE = "/etc/flowfleet";
export const SECRETS_INSIDE = "/run/flowfleet";

const HEALTH = { interval: "10 seconds", timeout: "5 seconds", retries: 5, startPeriod: "30 seconds" } as const;

export const imageReference = ({ image, digest }: DataImage): string => `${image}@${digest}`;

/** Seconds in which Docker itself would call the container unhealthy, and one interval more. */
export function waitOf(health: DataHealth): number {
  const { interval, timeout, retries, startPeriod } = { ...HEALTH, ...health };
  return inSeconds(startPeriod) + retries * (inSeconds(interval) + inSeconds(timeout)) + inSeconds(interval);
}

export const stopSecondsOf = ({ stopTimeout }: Pick<DataContainerArgs, "stopTimeout">): number => inSeconds(stopTimeout ?? "60 seconds");

/** What is only known once names are settled. */
interface Settled {
  name: string;
  /** Path on the host -> path in the container. */
  mounts: Readonly<Record<string, string>>;
  secretsMark?: pulumi.Input<string> | undefined;
}

/**
 * The container as the provider is told. Pure, so that a test reads it whole. Values are written as the provider reads them back from
 * Docker (durations, numbers of processors, the limit of swap), or every preview would show a change.
 */
export function containerInputs(args: DataContainerArgs, { name, mounts, secretsMark }: Settled) {
  const { network, service, index, limits, reservations, loadsFrom = [] } = args;
  const memory = inMegabytes(limits.memory);
  const tmpfs = Object.entries(args.tmpfs ?? { "/tmp": "64 MB" as const }).map(([path, size]) => [
    path,
    // Docker's own word for these is that nothing may be run from them.
    `size=${inMegabytes(size)}m${loadsFrom.includes(path) ? ",exec" : ""}`,
  ]);
  const healthcheck = healthOf(args.health);
  // The provider takes a change of these for one that it need not do anything about.
  const settings = markOf({ files: args.files ?? {}, mounts, tmpfs, healthcheck, ...tablesOf(args) }, name);
  const binds = Object.entries(mounts).map(([source, target]) => ({ type: "bind", source, target, readOnly: true }));
  return {
    name,
    image: imageReference(args.image),
    restart: "unless-stopped",
    user: args.user,
    networksAdvanced: [{ name: network.network, ipv4Address: network.addresses(index)[0], aliases: [service] }],
    ...(args.entrypoint && { entrypoints: [...args.entrypoint] }),
    ...(args.command && { command: [...args.command] }),
    envs: Object.entries(args.environment ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
    mounts: [...volumesOf(args).map(([source, target]) => ({ type: "volume", source, target, readOnly: false })), ...binds],
    readOnly: args.readOnly ?? true,
    tmpfs: Object.fromEntries(tmpfs) as Record<string, string>,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges"],
    memory,
    memorySwap: memory,
    cpus: decimal(limits.cpus),
    ...(reservations && { memoryReservation: inMegabytes(reservations.memory), cpuShares: Math.round(1024 * reservations.cpus) }),
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "5" },
    healthcheck,
    stopTimeout: stopSecondsOf(args),
    // Without it the provider kills at once what it deletes.
    destroyGraceSeconds: stopSecondsOf(args),
    labels: labelsOf(args, name, {
      "flowfleet.settings": settings,
      ...(secretsMark === undefined ? {} : { "flowfleet.secrets": secretsMark }),
      // Another word makes it anew: on a machine that was set up anew there is none, and nothing else would tell.
      ...(args.host.reapply === undefined ? {} : { "flowfleet.reapply": args.host.reapply }),
    }),
  } satisfies docker.ContainerArgs;
}

/** Docker's name and the path of each volume. */
export const volumesOf = ({ volume }: Pick<DataContainerArgs, "volume">): [string, string][] =>
  volume ? [[volume.name, volume.path], ...Object.entries(volume.beside ?? {})] : [];

/** Who has tables in another volume makes them when it starts. */
const tablesOf = ({ tables }: DataContainerArgs) => (tables ? { tables: tables.volume } : {});

function healthOf(health: DataHealth) {
  const { command, interval, timeout, retries, startPeriod } = { ...HEALTH, ...health };
  return {
    tests: [...command],
    interval: goDuration(inSeconds(interval)),
    timeout: goDuration(inSeconds(timeout)),
    retries,
    startPeriod: goDuration(inSeconds(startPeriod)),
  };
}

/** Compose's labels, by which its `ps` and `logs` find the container, and our own: whose it is, and the marks of what it was made from. */
function labelsOf({ project, service, directory }: DataContainerArgs, name: string, marks: Readonly<Record<string, pulumi.Input<string>>>) {
  const labels: Record<string, pulumi.Input<string>> = {
    "com.docker.compose.project": project,
    "com.docker.compose.service": service,
    "com.docker.compose.container-number": "1",
    "com.docker.compose.oneoff": "False",
    "com.docker.compose.project.working_dir": directory,
    // Any: without one Compose takes the container for nobody's.
    "com.docker.compose.config-hash": name,
    "flowfleet.data": name,
    ...marks,
  };
  return Object.entries(labels).map(([label, value]) => ({ label, value }));
}

/** A number of processors as the provider reads it back: `"1.0"`, `"0.25"`, `"10."`; it takes any nine zeros for those behind the point. */
export function decimal(number: number): string {
  const whole = number.toFixed(9);
  return whole.split("0").length - 1 === 9 ? number.toFixed(1) : whole.replace(/0+$/, "");
}

/** Seconds as Go prints a duration: `"1m30s"`. */
function goDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours}h${minutes}m${seconds % 60}s`;
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
}
