import type { Lines } from "../../kernel/lines";

/** Rules of auditd. `auid!=unset`: what a person's login led to, not what services do by themselves. */
export const auditText = (): Lines => [
  "# Written by Flowfleet; a change here is undone by the next deployment.",
  "# Accounts, and who gets in.",
  ...["/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/ssh", "/etc/pam.d"].map(watched("identity")),
  "# Who may become root, and who did.",
  ...["/etc/sudoers", "/etc/sudoers.d"].map(watched("sudo")),
  ...logged("execve -C uid!=euid -F euid=0", "sudo"),
  "# Settings, and the one program that changes them.",
  ...["/etc", "/usr/local/lib/flowfleet"].map(watched("settings")),
  "# Docker's socket is as good as root.",
  watched("docker")("/run/docker.sock"),
  ...logged("connect -F path=/run/docker.sock", "docker"),
];

/** Writing to it and changing its rights. */
const watched = (key: string) => (path: string) => `-w ${path} -p wa -k ${key}`;

/** A system call, by programs of either kind that a machine of 64 bits runs. */
const logged = (call: string, key: string): Lines =>
  ["b64", "b32"].map((arch) => `-a always,exit -F arch=${arch} -S ${call} -F auid!=unset -k ${key}`);
