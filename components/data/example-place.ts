import { Host } from "../host/host";
import type { ContainerNetwork } from "../service/container-network";
import type { DataPlace } from "./data-container";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";

export const DIGEST = `sha256:1a2b3c4d${"0".repeat(56)}`;

/** A machine for the tests. */
export const exampleHost = (): Host => new Host("main", { address: "203.0.113.10", hostKey: KEY });

/** Where the tests have their databases. */
export const examplePlace = (host: Host, network: ContainerNetwork, service: string, index: number): DataPlace => ({
  host,
  network,
  project: "flowra",
  service,
  index,
  directory: "/opt/flowra",
  image: { image: `docker.io/library/${service}`, digest: DIGEST, version: "6.0.20" },
  user: "999:999",
  limits: { memory: "1 GB", cpus: 1 },
});
