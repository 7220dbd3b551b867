import { ESTATE_LABEL, MACHINE_LABEL } from "./docker";

export interface ServerContainer {
  estate: string;
  network: string;
  containerName: string;
  /** Of the machine; its host name, too. */
  name: string;
  image: string;
  address: string;
  internalAddress: string;
  ports: Record<number, number>;
  capabilities: string[];
  memory?: number | undefined;
  cpus?: number | undefined;
}

/** Of the volume under /var/lib/docker: an engine inside cannot keep its layers on the container's own layers. */
export const volumeName = (containerName: string): string => `${containerName}-docker`;

/** `docker create …` of a container that boots systemd. Nothing runs before its keys are in it. */
export const serverArgv = (server: ServerContainer): string[] => [
  "create",
  `--name=${server.containerName}`,
  `--hostname=${server.name}`,
  `--label=${ESTATE_LABEL}=${server.estate}`,
  `--label=${MACHINE_LABEL}=${server.name}`,
  `--network=${server.network}`,
  `--ip=${server.internalAddress}`,
  ...Object.entries(server.ports).map(([inside, outside]) => `--publish=${server.address}:${outside}:${inside}`),
  "--cap-drop=ALL",
  ...server.capabilities.map((name) => `--cap-add=${name}`),
  "--security-opt=seccomp=unconfined",
  "--security-opt=apparmor=unconfined",
  "--cgroupns=host",
  "--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw",
  "--tmpfs=/run",
  "--tmpfs=/run/lock",
  `--volume=${volumeName(server.containerName)}:/var/lib/docker`,
  // Docker from version 29 on keeps its layers there. Without a name: it goes with the container.
  "--volume=/var/lib/containerd",
  "--stop-timeout=30",
  ...(server.memory === undefined ? [] : [`--memory=${server.memory}m`, `--memory-swap=${server.memory}m`]),
  ...(server.cpus === undefined ? [] : [`--cpus=${server.cpus}`]),
  server.image,
];
