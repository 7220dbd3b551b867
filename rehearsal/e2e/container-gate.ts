/** What `docker inspect` must say of a container that is locked in, with the size that Flowra's services have in production. */
import { inMegabytes, type Size } from "../../components/kernel/size";
import type { Service } from "../../stacks/flowra/guide";
import { SIZES } from "../../stacks/flowra/sizes";

interface Inspected {
  Name: string;
  Config: { User: string; Image: string };
  State: { Status: string; Health?: { Status: string } };
  HostConfig: {
    ReadonlyRootfs: boolean;
    Privileged: boolean;
    CapDrop: string[] | null;
    CapAdd: string[] | null;
    SecurityOpt: string[] | null;
    PidsLimit: number | null;
    Memory: number;
    MemorySwap: number;
    MemoryReservation: number;
    NanoCpus: number;
    CpuShares: number;
    RestartPolicy: { Name: string };
    LogConfig: { Type: string; Config: Record<string, string> };
    PidMode: string;
    IpcMode: string;
    UTSMode: string;
    PublishAllPorts: boolean;
    Devices: unknown[] | null;
  };
  Mounts: { Source: string; Destination: string; RW: boolean; Type: string }[];
  NetworkSettings: { Ports: Record<string, unknown> | null; Networks: Record<string, unknown> };
}

const bytes = (size: Size): number => inMegabytes(size) * 1024 * 1024;
const serviceOf = ({ Name: name }: Inspected): Service => name.slice("/flowra-".length).replace(/-[0-9a-f]{8}$/, "") as Service;

/** `<container>: <what is not as it must be>`, one each. */
export function gate(inspected: unknown): string[] {
  const one = inspected as Inspected;
  const { Config: config, State: state, HostConfig: host, Mounts: mounts, NetworkSettings: net } = one;
  const { limits, reservations } = SIZES.production[serviceOf(one)];
  const wanted: Record<string, boolean> = {
    ReadonlyRootfs: host.ReadonlyRootfs,
    Privileged: !host.Privileged,
    Capabilities: host.CapDrop?.join() === "ALL" && (host.CapAdd ?? []).length === 0,
    NoNewPrivileges: (host.SecurityOpt ?? []).some((option) => /^no-new-privileges(?::true)?$/.test(option)),
    Unconfined: !(host.SecurityOpt ?? []).some((option) => option.includes("unconfined")),
    PidsLimit: host.PidsLimit === limits.pids,
    Memory: host.Memory === bytes(limits.memory) && host.MemorySwap === host.Memory,
    MemoryReservation: host.MemoryReservation === bytes(reservations.memory),
    NanoCpus: host.NanoCpus === limits.cpus * 1e9,
    CpuShares: host.CpuShares === Math.round(reservations.cpus * 1024),
    User: /^[1-9]\d*:[1-9]\d*$/.test(config.User),
    "State.Health": state.Status === "running" && state.Health?.Status === "healthy",
    RestartPolicy: host.RestartPolicy.Name === "unless-stopped",
    Ports: !host.PublishAllPorts && Object.values(net.Ports ?? {}).every((published) => published === null),
    Namespaces: host.PidMode === "" && host.UTSMode === "" && ["private", "none"].includes(host.IpcMode),
    Devices: (host.Devices ?? []).length === 0,
    "docker.sock": mounts.every(({ Source }) => !Source.includes("docker.sock")),
    Mounts: mounts.every(({ Type, RW }) => Type === "volume" || !RW),
    Image: /@sha256:[0-9a-f]{64}$/.test(config.Image),
    LogConfig: host.LogConfig.Type === "json-file" && "max-size" in host.LogConfig.Config && "max-file" in host.LogConfig.Config,
    Networks: Object.keys(net.Networks).join() === "flowra-network",
  };
  const failed = Object.entries(wanted).filter(([, right]) => !right);
  return failed.map(([what]) => `${one.Name.slice(1)}: ${what}`);
}
