import { getDiffieHellman } from "node:crypto";
import type { Lines } from "../../kernel/lines";
import type { OperatingSystem } from "../operating-system";

/** Debian's and Ubuntu's own sshd_config include this folder first, and the first value that sshd reads wins. */
export const SSHD_DROP_IN = "/etc/ssh/sshd_config.d/00-flowfleet.conf";
export const MODULI = "/etc/ssh/flowfleet-moduli";

interface Algorithms {
  kex: readonly string[];
  macs: readonly string[];
}

const CIPHERS = "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-gcm@openssh.com,aes128-ctr";
const HOST_KEYS = "ssh-ed25519,rsa-sha2-512,rsa-sha2-256";
const CURVES = ["curve25519-sha256", "curve25519-sha256@libssh.org"];
const GROUPS = ["diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512", "diffie-hellman-group-exchange-sha256"];
const SHA256_FIRST = ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "umac-128-etm@openssh.com"];
const SNTRUP = "sntrup761x25519-sha512@openssh.com";

/** In the order of ssh-audit's hardening policy for each distribution, which compares whole lists. Only what its OpenSSH knows. */
const ALGORITHMS: Record<OperatingSystem, Algorithms> = {
  "debian-12": { kex: ["sntrup761x25519-sha512", SNTRUP, ...CURVES, ...GROUPS], macs: SHA256_FIRST },
  "ubuntu-22.04": { kex: [SNTRUP, ...CURVES, ...GROUPS], macs: SHA256_FIRST },
  "ubuntu-24.04": {
    kex: [SNTRUP, ...CURVES, "diffie-hellman-group18-sha512", "diffie-hellman-group-exchange-sha256", "diffie-hellman-group16-sha512"],
    macs: ["hmac-sha2-512-etm@openssh.com", "hmac-sha2-256-etm@openssh.com", "umac-128-etm@openssh.com"],
  },
};

/**
 * The sshd settings of a machine.
 *
 * @param users Accounts that may log in: the deploy user has to be among them, or the next step cannot.
 */
export function sshdText(os: OperatingSystem, users: readonly string[], ports: readonly number[]): Lines {
  const { kex, macs } = ALGORITHMS[os];
  return [
    "# Written by Flowfleet; a change here is undone by the next deployment.",
    ...(ports.join() === "22" ? [] : ports.map((port) => `Port ${port}`)),
    "PermitRootLogin no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "AuthenticationMethods publickey",
    `AllowUsers ${users.join(" ")}`,
    "MaxAuthTries 3",
    "# The deployment opens several sessions at once.",
    "MaxSessions 10",
    "LoginGraceTime 30",
    "ClientAliveInterval 30",
    "ClientAliveCountMax 4",
    "X11Forwarding no",
    "AllowAgentForwarding no",
    "# Tunnels to what listens on loopback, and this machine as a bastion. Who may log in may do more than that anyway;",
    "# nothing may be opened on this machine from outside.",
    "AllowTcpForwarding local",
    "GatewayPorts no",
    "PermitTunnel no",
    "PermitUserEnvironment no",
    "LogLevel VERBOSE",
    "HostKey /etc/ssh/ssh_host_ed25519_key",
    "HostKey /etc/ssh/ssh_host_rsa_key",
    `HostKeyAlgorithms ${HOST_KEYS}`,
    `KexAlgorithms ${kex.join(",")}`,
    `Ciphers ${CIPHERS}`,
    `MACs ${macs.join(",")}`,
    `ModuliFile ${MODULI}`,
  ];
}

/** Groups for diffie-hellman-group-exchange, none below 3072 bits: those of RFC 3526, which every OpenSSL carries. */
export function moduliText(): Lines {
  const groups = (["modp15", "modp16", "modp18"] as const).map((name) => {
    const group = getDiffieHellman(name);
    const bits = group.getPrime().length * 8;
    // Fields: time, kind 2 (safe prime), tests 6 (Miller-Rabin), tries, bits less one, generator, prime.
    return `20260101000000 2 6 100 ${bits - 1} ${parseInt(group.getGenerator("hex"), 16)} ${group.getPrime("hex").toUpperCase()}`;
  });
  return ["# Written by Flowfleet: the groups of RFC 3526 of 3072, 4096 and 8192 bits.", ...groups];
}
