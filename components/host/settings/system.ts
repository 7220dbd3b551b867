import type { Lines } from "../../kernel/lines";
import { inMegabytes } from "../../kernel/size";
import type { Size } from "../../kernel/size";

const OURS = "Written by Flowfleet; a change here is undone by the next deployment.";

/** Security updates every day, from the origins that the distribution's own file names; `unattended` repositories add their own. */
export const updatesText = (): Lines => [
  `// ${OURS}`,
  'APT::Periodic::Update-Package-Lists "1";',
  'APT::Periodic::Unattended-Upgrade "1";',
  'APT::Periodic::AutocleanInterval "7";',
  "// A restart is a person's decision: it interrupts every system on the machine.",
  'Unattended-Upgrade::Automatic-Reboot "false";',
  'Unattended-Upgrade::Remove-Unused-Kernel-Packages "true";',
];

/** Bans who guesses at SSH. Read from the journal: a Debian server has no auth.log. */
export const fail2banText = (ports: readonly number[], trusted: readonly string[]): Lines => [
  `# ${OURS}`,
  "[DEFAULT]",
  `ignoreip = ${["127.0.0.1/8", "::1", ...trusted].join(" ")}`,
  "bantime = 1h",
  "findtime = 10m",
  "maxretry = 5",
  "",
  "[sshd]",
  "enabled = true",
  "backend = systemd",
  `port = ${ports.join(",")}`,
];

/** Keeps the journal over a restart and within bounds. */
export const journalText = (limit: Size): Lines => [
  `# ${OURS}`,
  "[Journal]",
  "Storage=persistent",
  `SystemMaxUse=${inMegabytes(limit)}M`,
  "MaxRetentionSec=1month",
];

/** What a server among strangers needs of the kernel's network. Forwarding stays as Docker sets it. */
export const kernelText = (): Lines => [
  `# ${OURS}`,
  "fs.protected_fifos = 2",
  "fs.protected_regular = 2",
  "kernel.dmesg_restrict = 1",
  "kernel.kptr_restrict = 2",
  "net.core.somaxconn = 4096",
  "net.ipv4.conf.all.accept_redirects = 0",
  "net.ipv4.conf.all.send_redirects = 0",
  "net.ipv4.conf.default.accept_redirects = 0",
  "net.ipv4.conf.default.send_redirects = 0",
  "net.ipv4.tcp_syncookies = 1",
  "net.ipv6.conf.all.accept_redirects = 0",
  "net.ipv6.conf.default.accept_redirects = 0",
  "vm.swappiness = 10",
];
