/** The properties of `docker:index/container:Container`. */
import type { Field, Fields, Kind } from "./schema";

const GO_DURATION = [/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$|^0$/, 'a duration such as "30s"'] as const;
const replacing = (kind: Kind, more: Partial<Field> = {}): Field => ({ kind, replaces: true, ...more });
const given = { computed: true } as const;
const required = { required: true } as const;

const LABEL: Fields = { label: replacing("text", required), value: replacing("text", required) };
const DEVICE_RATE: Fields = { path: { kind: "text", ...required }, rate: { kind: "number", ...required } };
const HEALTHCHECK: Fields = {
  tests: { kind: "texts" },
  interval: { kind: "text", default: "0s", pattern: GO_DURATION },
  timeout: { kind: "text", default: "0s", pattern: GO_DURATION },
  startPeriod: { kind: "text", default: "0s", pattern: GO_DURATION },
  startInterval: { kind: "text", default: "0s", pattern: GO_DURATION },
  retries: { kind: "number", default: 0 },
};
const NETWORK: Fields = {
  name: replacing("text", required),
  aliases: replacing("textSet"),
  ipv4Address: replacing("text"),
  ipv6Address: replacing("text"),
  linkLocalIps: replacing("textSet"),
  macAddress: replacing("text"),
  driverOpts: replacing("textSet"),
  gwPriority: replacing("number"),
};
const MOUNT: Fields = {
  target: { kind: "text", ...required },
  source: { kind: "text" },
  type: { kind: "text", ...required, pattern: [/^(bind|volume|tmpfs)$/, "bind, volume or tmpfs"] },
  readOnly: { kind: "flag" },
  bindOptions: { kind: { one: { propagation: { kind: "text" } } } },
  volumeOptions: {
    kind: {
      one: {
        noCopy: { kind: "flag" },
        labels: { kind: { set: LABEL } },
        driverName: { kind: "text" },
        driverOptions: { kind: "map" },
        subpath: { kind: "text" },
      },
    },
  },
  tmpfsOptions: { kind: { one: { sizeBytes: { kind: "number" }, mode: { kind: "number" } } } },
};
const VOLUME: Fields = {
  containerPath: replacing("text"),
  fromContainer: replacing("text"),
  hostPath: replacing("text"),
  volumeName: replacing("text"),
  readOnly: replacing("flag"),
  selinuxRelabel: replacing("text"),
};
const PORT: Fields = {
  internal: replacing("number", required),
  external: replacing("number", given),
  ip: replacing("text", { default: "0.0.0.0" }),
  protocol: replacing("text", { default: "tcp" }),
};
const DEVICE: Fields = {
  hostPath: replacing("text", required),
  containerPath: replacing("text"),
  permissions: replacing("text", { default: "rwm" }),
};

/** What the provider itself acts by: a change is noted and nothing else. */
const BEHAVIOUR: Fields = {
  attach: { kind: "flag", default: false },
  containerReadRefreshTimeoutMilliseconds: { kind: "number", default: 15_000 },
  destroyGraceSeconds: { kind: "number" },
  logs: { kind: "flag", default: false },
  mustRun: { kind: "flag", default: true },
  removeVolumes: { kind: "flag", default: true },
  start: { kind: "flag", default: true },
  wait: { kind: "flag", default: false },
  waitTimeout: { kind: "number", default: 60 },
};
/** What Docker changes while the container runs. */
const LIVE: Fields = {
  cpuSet: { kind: "text", pattern: [/^\d+([,-]\d+)*$/, 'processors such as "0-2,4"'] },
  cpuShares: { kind: "number" },
  deviceReadBps: { kind: { set: DEVICE_RATE } },
  deviceReadIops: { kind: { set: DEVICE_RATE } },
  deviceWriteBps: { kind: { set: DEVICE_RATE } },
  deviceWriteIops: { kind: { set: DEVICE_RATE } },
  maxRetryCount: { kind: "number" },
  memory: { kind: "number" },
  memoryReservation: { kind: "number", default: 0 },
  memorySwap: { kind: "number" },
  restart: {
    kind: "text",
    default: "no",
    pattern: [/^(no|on-failure|always|unless-stopped)$/, "no, on-failure, always or unless-stopped"],
  },
};
/** Whose change is called an update, and does nothing to the container. */
const IDLE: Fields = {
  cpuPeriod: { kind: "number", idle: true },
  cpuQuota: { kind: "number", idle: true },
  healthcheck: { kind: { one: HEALTHCHECK }, computed: true, idle: true },
  init: { kind: "flag", computed: true, idle: true },
  rm: { kind: "flag", default: false, idle: true },
  tmpfs: { kind: "map", idle: true },
};
const UNSERVED: Fields = {
  deviceRequests: replacing({ set: {} }, { unserved: true }),
  gpus: replacing("text", { unserved: true }),
  uploads: replacing({ set: {} }, { unserved: true }),
};
const REPLACING: Fields = {
  capabilities: replacing({ one: { adds: replacing("textSet"), drops: replacing("textSet") } }),
  cgroupParent: replacing("text"),
  cgroupnsMode: replacing("text"),
  command: replacing("texts", given),
  cpus: replacing("text"),
  devices: replacing({ set: DEVICE }),
  dns: replacing("textSet"),
  dnsOpts: replacing("textSet"),
  dnsSearches: replacing("textSet"),
  domainname: replacing("text"),
  entrypoints: replacing("texts", given),
  envs: replacing("textSet", given),
  groupAdds: replacing("textSet"),
  hostname: replacing("text", given),
  hosts: replacing({ set: { host: replacing("text", required), ip: replacing("text", required) } }),
  image: replacing("text", required),
  ipcMode: replacing("text", given),
  labels: replacing({ set: LABEL }, given),
  logDriver: replacing("text", given),
  logOpts: replacing("map"),
  mounts: replacing({ set: MOUNT }, { unsure: true }),
  name: replacing("text"),
  networkMode: replacing("text", { default: "bridge" }),
  networksAdvanced: replacing({ set: NETWORK }),
  pidMode: replacing("text"),
  platform: replacing("text", given),
  ports: replacing({ list: PORT }),
  privileged: replacing("flag"),
  publishAllPorts: replacing("flag"),
  readOnly: replacing("flag", { default: false }),
  runtime: replacing("text", given),
  securityOpts: replacing("textSet", { ...given, blank: [] }),
  shmSize: replacing("number", given),
  stdinOpen: replacing("flag", { default: false }),
  stopSignal: replacing("text", given),
  stopTimeout: replacing("number", given),
  storageOpts: replacing("map"),
  sysctls: replacing("map"),
  tty: replacing("flag", { default: false }),
  ulimits: replacing({
    set: { name: replacing("text", required), soft: replacing("number", required), hard: replacing("number", required) },
  }),
  user: replacing("text", { stays: true }),
  usernsMode: replacing("text"),
  volumes: replacing({ set: VOLUME }),
  workingDir: replacing("text", { stays: true }),
};
const OUTPUTS: Fields = {
  bridge: { kind: "text", output: true },
  containerLogs: { kind: "text", output: true },
  exitCode: { kind: "number", output: true },
  networkDatas: { kind: { list: {} }, output: true },
};

export const CONTAINER: Fields = { ...BEHAVIOUR, ...LIVE, ...IDLE, ...UNSERVED, ...REPLACING, ...OUTPUTS };
