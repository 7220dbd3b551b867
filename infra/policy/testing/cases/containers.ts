import { type Props, type Resource, UNKNOWN } from "../../resource";
import type { containers } from "../../rules/containers";
import { type Cases, container, IMAGE, resource, step, task } from "../case";

const release = {
  network: "shop",
  release: { image: IMAGE },
  limits: { memory: 256, cpus: 1, pids: 64 },
  user: "10001:10001",
  readOnly: true,
};
const folder = (props: Props) => resource("docker:index/volume:Volume", { name: "shop_data", ...props });
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
      ...[
        "/",
        "//",
        "/etc/",
        "/etc/ssh/sshd_config",
        "/var",
        "/var/lib",
        "/var/lib/docker/volumes",
        "/run",
        "/run/containerd/containerd.sock",
        "/srv/../root/.ssh",
        "/dev/mem",
        "/home",
        "/home/deploy",
        "/home/deploy/.ssh",
      ].map((hostPath): [Resource, string] => [
        container({ volumes: [{ hostPath, containerPath: "/of-the-machine", readOnly: true }] }),
        `volumes: ${hostPath} is as good as root on the machine`,
      ]),
      [folder({ driverOpts: { type: "none", o: "bind", device: "/etc" } }), "driverOpts: /etc is as good as root on the machine"],
      [
        container({ mounts: [{ source: "data", volumeOptions: { driverOptions: { o: "bind", device: "/" } } }] }),
        "mounts: / is as good as root on the machine",
      ],
      [container({ capabilities: { adds: ["CHOWN", "SYS_ADMIN"], drops: ["ALL"] } }), "capabilities.adds must not have SYS_ADMIN"],
      [container({ capabilities: { adds: ["CAP_NET_ADMIN"], drops: ["ALL"] } }), "capabilities.adds must not have CAP_NET_ADMIN"],
      [container({ capabilities: { adds: ["ALL"], drops: ["ALL"] } }), "capabilities.adds must not have ALL"],
      [step("release", { ...release, capabilities: ["NET_ADMIN"] }), "capabilities must not have NET_ADMIN"],
      [
        step("release", { ...release, mounts: { "/run/docker.sock": "/var/run/docker.sock" } }),
        "mounts: /var/run/docker.sock is as good as root on the machine",
      ],
      [step("job", { run: { mounts: { "/host": "/" } } }), "mounts: / is as good as root on the machine"],
      [container({ devices: [{ hostPath: "/dev/sda" }] }), 'devices must be empty; "/dev/sda" is the machine\'s'],
      [container({ deviceCgroupRules: ["a *:* rwm"] }), "deviceCgroupRules must be empty"],
      ...["pidMode", "ipcMode", "usernsMode", "cgroupnsMode"].map((mode): [Resource, string] => [
        container({ [mode]: "host" }),
        `${mode} must not be "host"`,
      ]),
      ...["seccomp=unconfined", "apparmor:unconfined", "systempaths=unconfined", "label=disable", "no-new-privileges:false"].map(
        (option): [Resource, string] => [
          container({ securityOpts: ["no-new-privileges", option] }),
          `securityOpts must not have ${option}`,
        ],
      ),
    ],
    keeps: [
      container(),
      container({ mounts: [{ source: "/opt/shop/settings" }], networkMode: "bridge" }),
      container({
        capabilities: { adds: ["CAP_CHOWN", "NET_BIND_SERVICE"], drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true", "seccomp=/etc/docker/shop.json"],
        volumes: [{ volumeName: "shop_data" }, { hostPath: "/srv/shop" }, { hostPath: "/home/shop/data" }, { hostPath: "/etc/localtime" }],
      }),
      folder({ driver: "local" }),
      step("release", { ...release, capabilities: ["NET_BIND_SERVICE"], mounts: { "/data": "/srv/shop/data" } }),
    ],
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
    breaks: [
      [container({ ports: [{ internal: 5432, external: 5432 }] }), "ports must be empty"],
      [container({ publishAllPorts: true }), "publishAllPorts must be false; got true"],
    ],
    keeps: [container(), container({ ports: [] })],
  },
};
