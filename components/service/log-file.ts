import { dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { Host } from "../host/host";
import { Packages } from "../host/packages";
import type { Lines } from "../kernel/lines";
import { HARDENING } from "../kernel/hardening";

export interface LogFileArgs {
  host: Host;
  /** `"flowra-api"`: its units are this with `-a` and `-b`. */
  service: string;
  /** `"/var/log/flowra/api.log"`. */
  file: string;
}

/**
 * A file with what a service prints, line by line, beside the journal: for `grep` and for whoever ships files. Readable by root and the
 * group adm; rotated daily, or at 100 MB, two weeks kept. The journal is the exact one: lines of the seconds before the follower itself is
 * restarted are in the file twice, and what is printed while it is down for longer is in the journal only.
 */
export class LogFile extends pulumi.ComponentResource {
  constructor(name: string, args: LogFileArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:LogFile", name, {}, opts);
    const { host, service, file } = args;
    new Packages(`${name}-rotation`, { host, install: ["logrotate"] }, { parent: this });
    new FileSet(
      `${name}-follower`,
      {
        host,
        directories: { [dirname(file)]: { mode: "0750", group: "adm" } },
        files: {
          [`/etc/systemd/system/${service}-log.service`]: { text: followerText(service, file) },
          [`/etc/logrotate.d/${service}`]: { text: rotationText(file) },
        },
        check: ["systemd"],
        after: ["daemon-reload", `restart ${service}-log.service`, `enable ${service}-log.service`],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** A service that it is started before may have printed its first lines before it reads: it begins some seconds earlier. */
export const followerText = (service: string, file: string): Lines => [
  "# Written by Flowfleet.",
  "[Unit]",
  `Description=Journal of ${service} to ${file}`,
  "After=systemd-journald.service",
  `Before=${service}-a.service ${service}-b.service`,
  "StartLimitIntervalSec=0",
  "",
  "[Service]",
  "# The file is made before this runs.",
  `ExecStartPre=+/bin/chgrp adm ${file}`,
  `ExecStart=/usr/bin/journalctl --follow --since=-5s --quiet --output=cat --unit=${service}-a.service --unit=${service}-b.service _TRANSPORT=stdout`,
  `StandardOutput=append:${file}`,
  "Restart=always",
  "RestartSec=1",
  "DynamicUser=yes",
  "SupplementaryGroups=systemd-journal",
  "",
  ...HARDENING,
  "UMask=0027",
  "",
  "[Install]",
  "WantedBy=multi-user.target",
];

/** Copied and cut: whoever appends to the file goes on with the same one. */
export const rotationText = (file: string): Lines => [
  "# Written by Flowfleet.",
  `${file} {`,
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
