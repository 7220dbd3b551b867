import * as pulumi from "@pulumi/pulumi";
import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import type { Lines } from "../kernel/lines";
import { FileSet } from "./file-set";
import type { Host } from "./host";
import { alertText, timerText } from "./timer-text";

export interface HelperTimerArgs {
  host: Host;
  /** Name of its units: `"coreflow-backup"`. */
  service: string;
  /** What it is, for `systemctl list-timers`. */
  description: string;
  /** When, as systemd writes it; or how often. */
  schedule: string | { every: Duration };
  /** What the helper does: `["backup", "run", "coreflow"]`. */
  does: readonly string[];
  /** File in which it reads what is wanted. */
  file: string;
  wanted: pulumi.Input<object>;
  /** Further units that start when it fails. */
  onFailure: readonly string[];
  deadline: Duration;
  /** What it may do less than root. */
  sandbox: Lines;
}

/** The helper on the machine does something again and again, by itself. When it fails, the unit `<service>-failed` says so in the journal, at level alert. */
export class HelperTimer extends pulumi.ComponentResource {
  readonly unit: string;

  constructor(name: string, args: HelperTimerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:host:HelperTimer", name, {}, opts);
    const { host, service, file } = args;
    new FileSet(
      name,
      {
        host,
        files: {
          [file]: { text: pulumi.output(args.wanted).apply((wanted) => JSON.stringify(wanted, null, 2).split("\n")) },
          [`/etc/systemd/system/${service}.service`]: { text: helperUnitText(args) },
          [`/etc/systemd/system/${service}-failed.service`]: { text: alertText(service) },
          [`/etc/systemd/system/${service}.timer`]: { text: timerText(args.description, args.schedule) },
        },
        check: ["systemd"],
        after: ["daemon-reload", `restart ${service}.timer`, `enable ${service}.timer`],
      },
      { parent: this },
    );
    this.unit = `${service}.service`;
    this.registerOutputs({ unit: this.unit });
  }
}

export const helperUnitText = ({
  service,
  description,
  does,
  onFailure,
  deadline,
  sandbox,
}: Pick<HelperTimerArgs, "service" | "description" | "does" | "onFailure" | "deadline" | "sandbox">): Lines => [
  "# Written by Flowfleet.",
  "[Unit]",
  `Description=${description.replaceAll("%", "%%")}`,
  "After=network.target docker.service",
  `OnFailure=${[`${service}-failed.service`, ...onFailure].join(" ")}`,
  "",
  "[Service]",
  "Type=oneshot",
  `ExecStart=/usr/local/lib/flowfleet/helper ${does.join(" ")}`,
  `TimeoutStartSec=${inSeconds(deadline)}`,
  "Nice=10",
  "",
  ...sandbox,
];

/** Of a root that looks and asks, Docker and PM2's user among them; it writes nothing of the system. */
export const LOOKING: Lines = [
  "UMask=0077",
  "NoNewPrivileges=yes",
  "CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_DAC_OVERRIDE CAP_CHOWN CAP_FOWNER CAP_SETUID CAP_SETGID",
  "ProtectSystem=full",
  "PrivateTmp=yes",
  "PrivateDevices=yes",
  "ProtectClock=yes",
  "ProtectHostname=yes",
  "ProtectKernelLogs=yes",
  "ProtectKernelModules=yes",
  "ProtectKernelTunables=yes",
  "ProtectControlGroups=yes",
  "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
  "RestrictNamespaces=yes",
  "RestrictRealtime=yes",
  "RestrictSUIDSGID=yes",
  "LockPersonality=yes",
  "SystemCallArchitectures=native",
];
