/** What Docker tells of a container, as the outputs of the resource. */
import type { ContainerInspectInfo, HostConfig, MountSettings } from "dockerode";
import type { Props, Value } from "../../engine";
import { MIB } from "./container-wish";
import { goDuration } from "./go-duration";
import { isNothing } from "./schema";
import { asMap, asTexts, textOf } from "./values";

/** @param known Outputs as they were, or the inputs as outputs: what Docker does not tell, or tells mixed with the image's own. */
export function containerFacts(known: Props, found: ContainerInspectInfo): Props {
  const { Config: config, HostConfig: host, NetworkSettings: network, State: state } = found;
  const stopped = !state.Running;
  return {
    ...known,
    ...limitFacts(host),
    id: found.Id,
    name: found.Name.replace(/^\//, ""),
    image: (textOf(known, "image") ?? "").startsWith("sha256:") ? found.Image : config.Image,
    bridge: (network as { Bridge?: string }).Bridge ?? "",
    exitCode: stopped ? state.ExitCode : (known["exitCode"] ?? null),
    // A stopped container that must run shows as a difference, and the update starts it.
    mustRun: stopped ? false : (known["mustRun"] ?? null),
    ports: isNothing(known["ports"]) ? [] : stopped && known["mustRun"] !== true ? (known["ports"] ?? []) : portFacts(network.Ports),
    networkDatas: Object.entries(network.Networks).map(([networkName, one]) => ({
      networkName,
      ipAddress: one.IPAddress,
      ipPrefixLength: one.IPPrefixLen,
      gateway: one.Gateway,
      globalIpv6Address: one.GlobalIPv6Address,
      globalIpv6PrefixLength: one.GlobalIPv6PrefixLen,
      ipv6Gateway: one.IPv6Gateway,
      macAddress: one.MacAddress,
    })),
    rm: host.AutoRemove ?? false,
    readOnly: host.ReadonlyRootfs ?? false,
    hostname: config.Hostname,
    domainname: config.Domainname,
    command: listOf(config.Cmd),
    entrypoints: listOf(config.Entrypoint),
    user: config.User,
    workingDir: config.WorkingDir,
    tty: config.Tty,
    stdinOpen: config.OpenStdin,
    stopSignal: (config as { StopSignal?: string }).StopSignal ?? "",
    stopTimeout: (config as { StopTimeout?: number }).StopTimeout ?? 0,
    healthcheck: healthcheckFacts(config.Healthcheck),
    dns: asTexts(host.Dns),
    dnsOpts: asTexts(host.DnsOptions),
    dnsSearches: asTexts(host.DnsSearch),
    securityOpts: listOf(host.SecurityOpt as string[] | null),
    publishAllPorts: host.PublishAllPorts ?? false,
    privileged: host.Privileged ?? false,
    init: host.Init ?? false,
    capabilities: capabilityFacts(host),
    runtime: host.Runtime ?? "",
    platform: found.Platform,
    mounts: (host.Mounts ?? []).map(mountFacts),
    tmpfs: asMap(host.Tmpfs),
    hosts: listOf(host.ExtraHosts as string[] | null).map((line) => {
      const [name = "", ip = ""] = line.split(/:(.*)/s);
      return { host: name, ip };
    }),
    ulimits: isNothing(known["ulimits"])
      ? []
      : ((host.Ulimits ?? []) as Ulimit[]).map(({ Name, Soft, Hard }) => ({ name: Name, soft: Soft, hard: Hard })),
    logDriver: host.LogConfig?.Type ?? "",
    logOpts: isNothing(known["logOpts"]) ? null : asMap(host.LogConfig?.Config as Record<string, string>),
    storageOpts: asMap(host.StorageOpt),
    sysctls: asMap(host.Sysctls),
    networkMode: host.NetworkMode ?? "",
    pidMode: isNothing(known["pidMode"]) ? null : (host.PidMode ?? ""),
    usernsMode: host.UsernsMode ?? "",
    ipcMode: host.IpcMode ?? "",
    groupAdds: asTexts(host.GroupAdd),
    shmSize: Math.floor((host.ShmSize ?? 0) / MIB),
  };
}

function limitFacts(host: HostConfig): Props {
  const mib = (bytes: number | undefined): number => ((bytes ?? 0) > 0 ? Math.floor((bytes ?? 0) / MIB) : (bytes ?? 0));
  const rates = (found: { Path?: string; Rate?: number }[] | null | undefined): Value =>
    (found ?? []).map(({ Path = "", Rate = 0 }) => ({ path: Path, rate: Rate }));
  const facts: Props = {
    restart: host.RestartPolicy?.Name ?? "no",
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    memory: mib(host.Memory),
    memoryReservation: mib(host.MemoryReservation),
    memorySwap: mib(host.MemorySwap),
    cpuShares: host.CpuShares ?? 0,
    cpuSet: host.CpusetCpus ?? "",
    deviceReadBps: rates(host.BlkioDeviceReadBps as { Path: string; Rate: number }[]),
    deviceReadIops: rates(host.BlkioDeviceReadIOps as { Path: string; Rate: number }[]),
    deviceWriteBps: rates(host.BlkioDeviceWriteBps as { Path: string; Rate: number }[]),
    deviceWriteIops: rates(host.BlkioDeviceWriteIOps as { Path: string; Rate: number }[]),
  };
  return (host.NanoCpus ?? 0) > 0 ? { ...facts, cpus: cpusText(host.NanoCpus ?? 0) } : facts;
}

/** As the official provider writes it: `2.0`, `0.25`. What has nine zeros in all is rounded to one digit, even `0.05`. */
export function cpusText(nanoCpus: number): string {
  const text = (nanoCpus / 1e9).toFixed(9);
  return text.replaceAll(/[^0]/g, "").length === 9 ? (nanoCpus / 1e9).toFixed(1) : text.replace(/0+$/, "");
}

function capabilityFacts(host: HostConfig): Value {
  const [adds, drops] = [host.CapAdd, host.CapDrop].map((found) => [...((found ?? []) as string[])]);
  return (adds ?? []).length + (drops ?? []).length > 0 ? { adds: adds ?? [], drops: drops ?? [] } : null;
}

interface Ulimit {
  Name: string;
  Soft: number;
  Hard: number;
}
interface Healthcheck {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}
function healthcheckFacts(found: Healthcheck | undefined): Value {
  if (!found) return null;
  return {
    tests: [...(found.Test ?? [])],
    interval: goDuration(found.Interval ?? 0),
    timeout: goDuration(found.Timeout ?? 0),
    startPeriod: goDuration(found.StartPeriod ?? 0),
    startInterval: goDuration(found.StartInterval ?? 0),
    retries: found.Retries ?? 0,
  };
}
function portFacts(ports: Record<string, { HostIp: string; HostPort: string }[] | null> | null): Value {
  return Object.entries(ports ?? {})
    .sort(([one], [other]) => parseInt(one, 10) - parseInt(other, 10))
    .flatMap(([port, bindings]) =>
      (bindings ?? []).map(({ HostIp, HostPort }) => ({
        internal: parseInt(port, 10),
        external: Number(HostPort),
        ip: HostIp,
        protocol: port.split("/")[1] ?? "tcp",
      })),
    );
}
function mountFacts(mount: MountSettings): Props {
  const { BindOptions: bind, VolumeOptions: volume, TmpfsOptions: tmpfs } = mount;
  return {
    target: mount.Target,
    source: mount.Source,
    type: mount.Type,
    readOnly: mount.ReadOnly ?? false,
    bindOptions: bind ? { propagation: bind.Propagation } : null,
    volumeOptions: volume
      ? {
          noCopy: volume.NoCopy,
          labels: Object.entries((volume.Labels as Record<string, string> | null) ?? {}).map(([label, value]) => ({ label, value })),
          driverName: (volume.DriverConfig as { Name?: string } | undefined)?.Name ?? null,
          driverOptions: asMap((volume.DriverConfig as { Options?: Record<string, string> } | undefined)?.Options),
          subpath: (volume as { Subpath?: string }).Subpath ?? null,
        }
      : null,
    tmpfsOptions: tmpfs ? { sizeBytes: tmpfs.SizeBytes, mode: tmpfs.Mode } : null,
  };
}
const listOf = (found: string | string[] | null | undefined): string[] => (typeof found === "string" ? [found] : [...(found ?? [])]);
