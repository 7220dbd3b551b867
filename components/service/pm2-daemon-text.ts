import type { Lines } from "../kernel/lines";
import { HARDENING_OF_NODE, homeAccess } from "./node-hardening";

export interface Pm2UnitText {
  user: string;
  home: string;
  writable: readonly string[];
  /** Seconds. */
  stopTimeout: number;
}

/** PM2 of one account: `resurrect` starts its daemon, and what `pm2 save` wrote down. */
export const pm2UnitText = ({ user, home, writable, stopTimeout }: Pm2UnitText): Lines => [
  "# Written by Flowfleet.",
  "[Unit]",
  `Description=PM2 of ${user}`,
  "After=network.target docker.service postgresql.service nginx.service",
  // What ends a release after a power cut looks at what came back.
  "Before=flowfleet-releases.service",
  "StartLimitIntervalSec=0",
  "",
  "[Service]",
  "Type=forking",
  `User=${user}`,
  `Group=${user}`,
  `WorkingDirectory=${home}`,
  `Environment=PM2_HOME=${home}/.pm2`,
  // It would ask its makers for news.
  "Environment=PM2_DISABLE_VERSION_CHECK=true",
  // Else PM2's daemon takes the connections of processes in cluster mode, and loses those that it hands to one that is just ending.
  "Environment=NODE_CLUSTER_SCHED_POLICY=none",
  `PIDFile=${home}/.pm2/pm2.pid`,
  `ExecStartPre=-/bin/sh -c "${endDaemonOutside(user, home)}"`,
  "ExecStart=pm2 resurrect",
  "ExecReload=pm2 reload all",
  "ExecStop=pm2 kill",
  "Restart=always",
  "RestartSec=1",
  // It waits for all processes that say when they are ready, two at a time; a database may come up later than they.
  "TimeoutStartSec=600",
  `TimeoutStopSec=${stopTimeout}`,
  // Each process has a limit of its own; these keep the machine alive when all go wrong at once.
  "MemoryMax=80%",
  "TasksMax=4096",
  "",
  ...HARDENING_OF_NODE,
  ...homeAccess(home, [`${home}/.pm2`, ...writable]),
  "",
  "[Install]",
  "WantedBy=multi-user.target",
];

/**
 * Whoever calls PM2 while its daemon is down starts one of his own, beside which this unit could not start. It is ended if it runs nothing
 * but what is from here, by the files of its process numbers; anybody else's is left alone.
 */
const endDaemonOutside = (user: string, home: string): string =>
  `pgrep -u ${user} -f 'God [D]aemon .${home}/.pm2' >/dev/null && ! ls ${home}/.pm2/pids | grep -qv '^flowfleet[.]' && exec pm2 kill`;

/** On Ubuntu needrestart would, after an update of Node.js or of a library, restart the unit with all that runs in it. That is for a release or a person. */
export const pm2NeedrestartText = (user: string): Lines => [
  "# Written by Flowfleet.",
  `$nrconf{override_rc}->{qr(^pm2-${user}\\.service)} = 0;`,
];

/** Copied and cut: PM2 goes on writing to the same file. In the account's name, which owns the folders. */
export const pm2RotationText = ({ user, home, logs }: { user: string; home: string; logs: string | undefined }): Lines => [
  "# Written by Flowfleet.",
  `${home}/.pm2/pm2.log`,
  `${home}/.pm2/logs/*.log`,
  ...(logs === undefined ? [] : [`${logs}/*.log`]),
  "{",
  `  su ${user} ${user}`,
  "  daily",
  "  maxsize 100M",
  "  rotate 14",
  "  compress",
  "  delaycompress",
  "  missingok",
  "  notifempty",
  "  copytruncate",
  "}",
];
