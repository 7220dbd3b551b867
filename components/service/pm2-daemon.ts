import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { Host } from "../host/host";
import { Packages } from "../host/packages";
import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import { accountProblems, pathProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { durationProblems } from "../kernel/workload-problems";
import { pm2NeedrestartText, pm2RotationText, pm2UnitText } from "./pm2-daemon-text";

export interface Pm2DaemonArgs {
  host: Host;
  /** Account that PM2 and its processes run as: `"coreflow"`. */
  user: string;
  /** Home folder of the account: `"/opt/coreflow"`. PM2's own files are in `.pm2` below it. */
  home: string;
  /** Folder of the processes' log files, which are rotated: `"/opt/coreflow/logs"`. @default `<home>/.pm2/logs` */
  logs?: string;
  /** Further folders that the processes may write; all others are read-only for them. They must exist. @default none */
  writable?: readonly string[];
  /** How long all processes together get to end when the machine goes down. @default "60 seconds" */
  stopTimeout?: Duration;
}

/**
 * PM2 of one account, as a hardened systemd unit `pm2-<user>.service`: at boot, or should its daemon die, it brings back what runs. Processes
 * are `Pm2Service`s. `HostBase` with `node` installs PM2.
 *
 * A changed unit holds from its next start on: nothing is restarted for it, because that would interrupt every process.
 *
 * @example const daemon = new Pm2Daemon("pm2", { host, user: "coreflow", home: "/opt/coreflow", logs: "/opt/coreflow/logs" });
 */
export class Pm2Daemon extends pulumi.ComponentResource {
  readonly user: string;
  readonly home: string;
  /** Folder of the processes' log files, if it is not PM2's own. */
  readonly logs: string | undefined;
  /** `"pm2-coreflow.service"`. */
  readonly unit: string;

  constructor(name: string, args: Pm2DaemonArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:Pm2Daemon", name, {}, opts);
    const { host, user, home, logs, writable = [], stopTimeout = "60 seconds" } = args;
    refuse(this, name, [...pm2DaemonProblems(args), ...host.reserve("user", `PM2 of ${user}`, name)]);
    const unit = `pm2-${user}.service`;
    const own = { user, group: user };

    new Packages(`${name}-rotation`, { host, install: ["logrotate"] }, { parent: this });
    new FileSet(
      `${name}-unit`,
      {
        host,
        directories: { [`${home}/.pm2`]: { mode: "0700", ...own }, ...(logs === undefined ? {} : { [logs]: { mode: "0750", ...own } }) },
        files: {
          [`/etc/systemd/system/${unit}`]: {
            text: pm2UnitText({
              user,
              home,
              writable: [...(logs === undefined ? [] : [logs]), ...writable],
              stopTimeout: inSeconds(stopTimeout),
            }),
          },
          [`/etc/logrotate.d/pm2-${user}`]: { text: pm2RotationText({ user, home, logs }) },
          [`/etc/needrestart/conf.d/pm2-${user}.conf`]: { text: pm2NeedrestartText(user) },
        },
        check: ["systemd"],
        after: ["daemon-reload", `enable ${unit}`],
      },
      { parent: this },
    );

    this.user = user;
    this.home = home;
    this.logs = logs;
    this.unit = unit;
    this.registerOutputs({ unit });
  }
}

const pm2DaemonProblems = ({ user, home, logs, writable = [], stopTimeout }: Pm2DaemonArgs): Problem[] => [
  ...accountProblems("user", user),
  ...pathProblems("home", home),
  ...(logs === undefined ? [] : pathProblems("logs", logs)),
  ...writable.flatMap((folder, index) => pathProblems(`writable[${index}]`, folder)),
  ...durationProblems({ stopTimeout }),
];
