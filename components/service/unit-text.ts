import { HARDENING } from "../kernel/hardening";
import type { Lines } from "../kernel/lines";
import { ADDRESS } from "./service-text";

/** The helper puts the folder of the release, and the instance's own copy of the secret variables, in their places. */
export const RELEASE = "@release@";
export const ENVIRONMENT = "@environment@";

export interface UnitText {
  service: string;
  description: string;
  user: string;
  directory: string;
  executable: string;
  arguments: readonly string[];
  environment: Readonly<Record<string, string>>;
  addressVariable: string | undefined;
  /** Whether there are secret variables. */
  secrets: boolean;
  /** Seconds. */
  stopTimeout: number;
  /** Memory in megabytes. */
  limits: { memory: number; cpus: number; pids: number };
  reservations: { memory: number; cpus: number } | undefined;
  /** What it sees -> what is there on the machine. */
  mounts?: Readonly<Record<string, string>> | undefined;
}

/** The unit of one instance of a service: that of a deployment by hand, hardened. */
export const unitText = (unit: UnitText): Lines => [
  "# Written by Flowfleet for one release. It starts at boot if the alias",
  `# ${unit.service}.service names it; systemctl status, restart and stop take that name too.`,
  "[Unit]",
  `Description=${unit.description.replaceAll("%", "%%")}`,
  "After=network.target docker.service nginx.service",
  // What ends a release after a power cut looks at what came back.
  "Before=flowfleet-releases.service",
  "",
  "[Service]",
  "Type=simple",
  `User=${unit.user}`,
  `Group=${unit.user}`,
  `WorkingDirectory=${unit.directory}`,
  `ExecStart=${[`${RELEASE}/${unit.executable}`, ...unit.arguments.map(argument)].join(" ")}`,
  "Restart=always",
  "RestartSec=5",
  `TimeoutStopSec=${unit.stopTimeout}`,
  ...Object.entries(unit.environment).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
  ...(unit.addressVariable === undefined ? [] : [`Environment="${unit.addressVariable}=${ADDRESS}"`]),
  ...(unit.secrets ? [`EnvironmentFile=${ENVIRONMENT}`] : []),
  "",
  `MemoryMax=${unit.limits.memory}M`,
  "MemorySwapMax=0",
  `CPUQuota=${Math.round(unit.limits.cpus * 100)}%`,
  `TasksMax=${unit.limits.pids}`,
  ...(unit.reservations ? [`MemoryMin=${unit.reservations.memory}M`, `CPUWeight=${weight(unit.reservations.cpus)}`] : []),
  "",
  ...Object.entries(unit.mounts ?? {}).map(([seen, path]) => `BindReadOnlyPaths=${path}:${seen}`),
  ...HARDENING,
];

/** In proportion, as Docker's shares are: a whole processor is the weight of what reserves nothing. */
const weight = (cpus: number): number => Math.min(10_000, Math.max(1, Math.round(cpus * 100)));

/** One word as systemd reads it: quoted, nothing in it replaced by a specifier. */
export const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%")}"`;

/** In a command line a dollar sign would begin a variable too. */
export const argument = (text: string): string => quoted(text).replaceAll("$", "$$$$");
