import { readFile } from "node:fs/promises";

/** Number of each capability in the kernel's masks (`linux/capability.h`). */
const NUMBERS: Record<string, number> = {
  CHOWN: 0, DAC_OVERRIDE: 1, DAC_READ_SEARCH: 2, FOWNER: 3, FSETID: 4, KILL: 5, SETGID: 6, SETUID: 7, SETPCAP: 8, LINUX_IMMUTABLE: 9,
  NET_BIND_SERVICE: 10, NET_BROADCAST: 11, NET_ADMIN: 12, NET_RAW: 13, IPC_LOCK: 14, IPC_OWNER: 15, SYS_CHROOT: 18, SYS_PTRACE: 19,
  SYS_PACCT: 20, SYS_ADMIN: 21, SYS_BOOT: 22, SYS_NICE: 23, SYS_RESOURCE: 24, SYS_TTY_CONFIG: 26, MKNOD: 27, LEASE: 28, AUDIT_WRITE: 29,
  AUDIT_CONTROL: 30, SETFCAP: 31, SYSLOG: 34,
}; // prettier-ignore

/**
 * What a throwaway server may do: all that a server does, of what this machine itself may do. SYS_TIME and SYS_MODULE are left out on purpose, and
 * with them `--privileged`: setting the clock or loading a module in there would happen to the real kernel.
 *
 * @param boundingSet `CapBnd` in hexadecimal, as in /proc/<pid>/status
 */
export function capabilitiesOf(boundingSet: string): string[] {
  const set = BigInt(`0x${boundingSet}`);
  return Object.keys(NUMBERS).filter((name) => (set >> BigInt(NUMBERS[name] ?? 0)) & 1n);
}

/** Those of the engine: its own process where it can be seen, else this process, which runs beside it. */
export async function engineCapabilities(): Promise<string[]> {
  const pid = await readFile("/var/run/docker.pid", "utf8").catch(() => "self");
  const status = await readFile(`/proc/${pid.trim()}/status`, "utf8").catch(() => readFile("/proc/self/status", "utf8"));
  return capabilitiesOf(/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0");
}
