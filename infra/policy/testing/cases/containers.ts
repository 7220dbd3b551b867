import { UNKNOWN } from "../../resource";
import type { containers } from "../../rules/containers";
import { type Cases, container, IMAGE, step, task } from "../case";

const release = {
  network: "shop",
  release: { image: IMAGE },
  limits: { memory: 256, cpus: 1, pids: 64 },
  user: "10001:10001",
  readOnly: true,
};
const tagged = "registry.example.com/shop:latest";

export const containerCases: Cases<typeof containers> = {
  "image-pinned": {
    breaks: [
      [
        container({ image: tagged }),
        'image must end in its digest, such as registry.example.com/shop@sha256:…; got "registry.example.com/shop:latest"',
      ],
      [task({ image: tagged }), "image must end in its digest"],
      [step("release", { ...release, release: { image: tagged } }), "image must end in its digest"],
      [step("image", { image: tagged }), "image must end in its digest"],
      [step("job", { run: { release: { image: tagged } } }), "image must end in its digest"],
    ],
    keeps: [
      container(),
      task({}),
      step("release", release),
      container({ image: UNKNOWN }),
      step("release", { release: { commit: "0".repeat(40) } }),
    ],
  },
  "container-limits": {
    breaks: [
      [container({ memory: undefined, memorySwap: undefined }), "memory must be a limit in MB; got not set"],
      [container({ memorySwap: -1 }), "memorySwap must be as memory is"],
      [container({ cpus: undefined }), "cpus must be a limit"],
      [container({ logOpts: {} }), "logOpts.max-size must limit the log"],
      [task({}, { memory: undefined }), "memory must be a limit"],
      [step("release", { ...release, limits: { memory: 256, cpus: 1 } }), "limits.pids must be above zero; got not set"],
      [step("job", { run: { network: "shop" }, limits: { memory: 0, cpus: 1, pids: 1 } }), "limits.memory must be above zero; got 0"],
      [step("container", { pids: 0 }), "pids: no limit of processes"],
    ],
    keeps: [container(), task({}), step("release", release), step("container", { pids: 64 }), step("release", { pm2: {} })],
  },
  "container-without-privileges": {
    breaks: [
      [container({ privileged: true }), "privileged must not be true"],
      [container({ networkMode: "host" }), 'networkMode must not be "host"'],
      [container({ capabilities: { adds: ["SYS_ADMIN"] } }), "capabilities.drops must have ALL"],
      [container({ securityOpts: [] }), "securityOpts must have no-new-privileges"],
      [container({ mounts: [{ source: "/var/run/docker.sock" }] }), "mounts: /var/run/docker.sock is as good as root on the machine"],
    ],
    keeps: [container(), container({ mounts: [{ source: "/opt/shop/settings" }], networkMode: "bridge" })],
  },
  "container-not-root": {
    breaks: [
      [container({ user: "0:0" }), 'user must be a user and a group that are not root; got "0:0"'],
      [container({ user: undefined }), "got not set"],
      [step("release", { ...release, user: "root" }), 'user must not be root; got "root"'],
    ],
    keeps: [container(), step("release", release), step("release", { pm2: { user: "shop" } })],
  },
  "container-read-only": {
    breaks: [
      [container({ readOnly: false }), "readOnly must be true; got false"],
      [step("release", { ...release, readOnly: false }), "readOnly must be true; got false"],
    ],
    keeps: [container(), step("release", release)],
  },
  "container-publishes-nothing": {
    breaks: [[container({ ports: [{ internal: 5432, external: 5432 }] }), "ports must be empty"]],
    keeps: [container(), container({ ports: [] })],
  },
};
