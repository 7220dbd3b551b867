import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import { HARDENING } from "../kernel/hardening";
import type { Lines } from "../kernel/lines";

/** At times as systemd writes them, one that was missed at the next start; or from its own start on so often. */
export const timerText = (description: string, schedule: string | { every: Duration }): Lines => [
  "# Written by Flowfleet.",
  "[Unit]",
  `Description=Timer of ${description.replaceAll("%", "%%")}`,
  "",
  "[Timer]",
  ...(typeof schedule === "string"
    ? [`OnCalendar=${schedule}`, "Persistent=yes"]
    : [`OnActiveSec=${inSeconds(schedule.every)}`, `OnUnitInactiveSec=${inSeconds(schedule.every)}`]),
  "",
  "[Install]",
  "WantedBy=timers.target",
];

/** What tells people that a run failed. */
export const alertText = (service: string): Lines => [
  "# Written by Flowfleet.",
  "[Unit]",
  `Description=Alert: ${service} failed`,
  "",
  "[Service]",
  "Type=oneshot",
  "DynamicUser=yes",
  `ExecStart=/usr/bin/logger --priority daemon.alert --tag ${service} "failed; systemctl status ${service} says why"`,
  "",
  ...HARDENING,
];
