/** The inputs of a container as Docker's API takes them. */
import type { ContainerCreateOptions, EndpointSettings, HostConfig, MountSettings, PortMap } from "dockerode";
import type { Props } from "../../engine";
import { parseGoDuration } from "./go-duration";
import { flagOf, labelsOf, mapOf, numberOf, objectOf, objectsOf, textOf, textsOf } from "./values";

export const MIB = 1024 * 1024;

export function containerWish(inputs: Props): ContainerCreateOptions {
  const ports = portsOf(inputs);
  const volumes = objectsOf(inputs, "volumes");
  return defined({
    Image: textOf(inputs, "image"),
    name: textOf(inputs, "name"),
    platform: textOf(inputs, "platform"),
    Hostname: textOf(inputs, "hostname"),
    Domainname: textOf(inputs, "domainname"),
    User: textOf(inputs, "user"),
    WorkingDir: textOf(inputs, "workingDir"),
    Tty: flagOf(inputs, "tty"),
    OpenStdin: flagOf(inputs, "stdinOpen"),
    StopSignal: textOf(inputs, "stopSignal"),
    StopTimeout: numberOf(inputs, "stopTimeout"),
    Env: some(textsOf(inputs, "envs")),
    Cmd: some(textsOf(inputs, "command")),
    Entrypoint: some(textsOf(inputs, "entrypoints")),
    Labels: some(labelsOf(inputs, "labels")),
    ExposedPorts: some(Object.fromEntries(Object.keys(ports).map((port) => [port, {}]))),
    Volumes: some(Object.fromEntries(volumes.flatMap((one) => textOf(one, "containerPath") ?? []).map((path) => [path, {}]))),
    Healthcheck: healthcheckOf(inputs),
    HostConfig: hostConfigOf(inputs, ports, volumes),
  });
}

function hostConfigOf(inputs: Props, ports: PortMap, volumes: Props[]): HostConfig {
  const security = textsOf(inputs, "securityOpts");
  const capabilities = objectOf(inputs, "capabilities") ?? {};
  return defined({
    ...limitsOf(inputs),
    RestartPolicy: restartOf(inputs),
    NanoCpus: nanoCpus(textOf(inputs, "cpus")),
    CpuPeriod: textOf(inputs, "cpus") ? undefined : numberOf(inputs, "cpuPeriod"),
    CpuQuota: textOf(inputs, "cpus") ? undefined : numberOf(inputs, "cpuQuota"),
    ShmSize: inBytes(numberOf(inputs, "shmSize")),
    Privileged: flagOf(inputs, "privileged"),
    PublishAllPorts: flagOf(inputs, "publishAllPorts"),
    ReadonlyRootfs: flagOf(inputs, "readOnly"),
    AutoRemove: flagOf(inputs, "rm"),
    Init: flagOf(inputs, "init"),
    Runtime: textOf(inputs, "runtime"),
    LogConfig: { Type: textOf(inputs, "logDriver") ?? "", Config: mapOf(inputs, "logOpts") },
    Mounts: some(objectsOf(inputs, "mounts").map(mountOf)),
    Tmpfs: some(mapOf(inputs, "tmpfs")),
    PortBindings: some(ports),
    Binds: some(volumes.flatMap(bindOf)),
    VolumesFrom: some(volumes.flatMap((one) => textOf(one, "fromContainer") ?? [])),
    ExtraHosts: some(objectsOf(inputs, "hosts").map((one) => `${textOf(one, "host") ?? ""}:${textOf(one, "ip") ?? ""}`)),
    Ulimits: some(
      objectsOf(inputs, "ulimits").map((one) => ({
        Name: textOf(one, "name") ?? "",
        Soft: numberOf(one, "soft") ?? 0,
        Hard: numberOf(one, "hard") ?? 0,
      })),
    ),
    CapAdd: some(textsOf(capabilities, "adds")),
    CapDrop: some(textsOf(capabilities, "drops")),
    Devices: some(
      objectsOf(inputs, "devices").map((one) => ({
        PathOnHost: textOf(one, "hostPath") ?? "",
        PathInContainer: textOf(one, "containerPath") ?? textOf(one, "hostPath") ?? "",
        CgroupPermissions: textOf(one, "permissions") ?? "",
      })),
    ),
    Dns: some(textsOf(inputs, "dns")),
    DnsOptions: some(textsOf(inputs, "dnsOpts")),
    DnsSearch: some(textsOf(inputs, "dnsSearches")),
    // Only the client knows this one; the daemon is told what it means.
    ...(security.includes("systempaths=unconfined") && { MaskedPaths: [], ReadonlyPaths: [] }),
    SecurityOpt: some(security.filter((one) => one !== "systempaths=unconfined")),
    NetworkMode: textOf(inputs, "networkMode"),
    UsernsMode: textOf(inputs, "usernsMode"),
    PidMode: textOf(inputs, "pidMode"),
    IpcMode: textOf(inputs, "ipcMode"),
    CgroupnsMode: textOf(inputs, "cgroupnsMode"),
    CgroupParent: textOf(inputs, "cgroupParent"),
    GroupAdd: some(textsOf(inputs, "groupAdds")),
    Sysctls: some(mapOf(inputs, "sysctls")),
    StorageOpt: some(mapOf(inputs, "storageOpts")),
  });
}
/** What an update may change, too. */
export function limitsOf(inputs: Props): Partial<HostConfig> {
  const swap = numberOf(inputs, "memorySwap");
  const rates = (name: string): { Path: string; Rate: number }[] | undefined =>
    some(objectsOf(inputs, name).map((one) => ({ Path: textOf(one, "path") ?? "", Rate: numberOf(one, "rate") ?? 0 })));
  return defined({
    Memory: inBytes(numberOf(inputs, "memory")),
    MemoryReservation: inBytes(numberOf(inputs, "memoryReservation")),
    MemorySwap: swap === undefined || swap < 0 ? swap : swap * MIB,
    CpuShares: numberOf(inputs, "cpuShares"),
    CpusetCpus: textOf(inputs, "cpuSet"),
    BlkioDeviceReadBps: rates("deviceReadBps"),
    BlkioDeviceReadIOps: rates("deviceReadIops"),
    BlkioDeviceWriteBps: rates("deviceWriteBps"),
    BlkioDeviceWriteIOps: rates("deviceWriteIops"),
  });
}
export function restartOf(inputs: Props): { Name: string; MaximumRetryCount: number } {
  return { Name: textOf(inputs, "restart") ?? "no", MaximumRetryCount: numberOf(inputs, "maxRetryCount") ?? 0 };
}

/** How the container takes part in a network. */
export function endpointOf(network: Props): EndpointSettings {
  const options = textsOf(network, "driverOpts").map((one) => one.split(/=(.*)/s, 2));
  return defined({
    Aliases: textsOf(network, "aliases"),
    IPAMConfig: defined({
      IPv4Address: textOf(network, "ipv4Address"),
      IPv6Address: textOf(network, "ipv6Address"),
      LinkLocalIPs: some(textsOf(network, "linkLocalIps")),
    }),
    MacAddress: textOf(network, "macAddress"),
    DriverOpts: some(Object.fromEntries(options) as Record<string, string>),
    GwPriority: numberOf(network, "gwPriority"),
  });
}

function healthcheckOf(inputs: Props): ContainerCreateOptions["Healthcheck"] {
  const check = objectOf(inputs, "healthcheck");
  if (!check) return undefined;
  const duration = (name: string): number => parseGoDuration(textOf(check, name) ?? "0s");
  return {
    Test: textsOf(check, "tests"),
    Interval: duration("interval"),
    Timeout: duration("timeout"),
    StartPeriod: duration("startPeriod"),
    StartInterval: duration("startInterval"),
    Retries: numberOf(check, "retries") ?? 0,
  };
}
function mountOf(mount: Props): MountSettings {
  const [bind, volume, tmpfs] = ["bindOptions", "volumeOptions", "tmpfsOptions"].map((name) => objectOf(mount, name));
  return defined({
    Type: textOf(mount, "type"),
    Target: textOf(mount, "target"),
    Source: textOf(mount, "source") ?? "",
    ReadOnly: flagOf(mount, "readOnly"),
    BindOptions: bind && { Propagation: textOf(bind, "propagation") ?? "" },
    VolumeOptions: volume && {
      NoCopy: flagOf(volume, "noCopy"),
      Labels: labelsOf(volume, "labels"),
      DriverConfig: { Name: textOf(volume, "driverName") ?? "", Options: mapOf(volume, "driverOptions") },
      ...(textOf(volume, "subpath") && { Subpath: textOf(volume, "subpath") }),
    },
    TmpfsOptions: tmpfs && { SizeBytes: numberOf(tmpfs, "sizeBytes") ?? 0, Mode: numberOf(tmpfs, "mode") ?? 0 },
  }) as unknown as MountSettings;
}
function bindOf(volume: Props): string[] {
  const [source, target] = [textOf(volume, "hostPath") ?? textOf(volume, "volumeName"), textOf(volume, "containerPath")];
  if (!source || !target) return [];
  const label = textOf(volume, "selinuxRelabel");
  return [`${source}:${target}:${flagOf(volume, "readOnly") ? "ro" : "rw"}${label ? `,${label}` : ""}`];
}
function portsOf(inputs: Props): PortMap {
  const ports: PortMap = {};
  for (const one of objectsOf(inputs, "ports")) {
    const port = `${numberOf(one, "internal") ?? 0}/${textOf(one, "protocol") ?? "tcp"}`;
    (ports[port] ??= []).push({ HostIp: textOf(one, "ip") ?? "", HostPort: `${numberOf(one, "external") ?? 0}` });
  }
  return ports;
}
const nanoCpus = (cpus: string | undefined): number | undefined => (cpus === undefined ? undefined : Math.round(Number(cpus) * 1e9));
const inBytes = (mib: number | undefined): number | undefined => (mib === undefined ? undefined : mib * MIB);
function some<T extends unknown[] | object>(value: T): T | undefined {
  return (Array.isArray(value) ? value.length : Object.keys(value).length) > 0 ? value : undefined;
}
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}
