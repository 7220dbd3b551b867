import { HARDENING } from "../../kernel/hardening";
import type { Lines } from "../../kernel/lines";

export interface TunnelText {
  /** Path of cloudflared. */
  program: string;
  /** File with the token. */
  token: string;
  /** Short mark of the token: another one starts the unit anew. */
  mark: string;
  /** Port of 127.0.0.1 on which it tells how it is. */
  metricsPort: number;
  /** In megabytes. */
  memory: number;
}

/** It is ready once Cloudflare took its first connection. The token reaches it by a file that nobody else can read, never in its command line or its variables. */
export const tunnelText = ({ program, token, mark, metricsPort, memory }: TunnelText): Lines => [
  "# Written by Flowfleet.",
  "[Unit]",
  "Description=Cloudflare tunnel",
  "Wants=network-online.target",
  "After=network-online.target nginx.service",
  "StartLimitIntervalSec=0",
  "",
  "[Service]",
  "Type=notify",
  `# Token ${mark}`,
  `LoadCredential=token:${token}`,
  `ExecStart=${program} --no-autoupdate --metrics 127.0.0.1:${metricsPort} tunnel run --token-file \${CREDENTIALS_DIRECTORY}/token`,
  "Restart=always",
  "RestartSec=5",
  "TimeoutStartSec=60",
  "# It hands on what it has begun for 30 seconds.",
  "TimeoutStopSec=40",
  "DynamicUser=yes",
  "",
  `MemoryMax=${memory}M`,
  "MemorySwapMax=0",
  "TasksMax=256",
  "",
  ...HARDENING.map((line) => (line.startsWith("RestrictAddressFamilies=") ? `${line} AF_NETLINK` : line)),
  "",
  "[Install]",
  "WantedBy=multi-user.target",
];
