import type { Lines } from "../kernel/lines";
import { HARDENING } from "../kernel/hardening";

/**
 * What Node survives: V8 makes its own code, so it needs memory that is written and then run; and without AF_NETLINK it does not see the
 * machine's addresses. Where files are is said by `homeAccess`.
 */
export const HARDENING_OF_NODE: Lines = HARDENING.filter(
  (line) => !line.startsWith("MemoryDenyWriteExecute=") && !line.startsWith("ProtectHome="),
).map((line) => (line.startsWith("RestrictAddressFamilies=") ? `${line} AF_NETLINK` : line));

/** Folders that may be written. Of the homes of people only the account's own is there at all, if it is one. */
export const homeAccess = (home: string, writable: readonly string[]): Lines => [
  ...(/^\/home\//.test(home) ? ["ProtectHome=tmpfs", `BindPaths=${home}`] : ["ProtectHome=yes"]),
  `ReadWritePaths=${[...new Set(writable)].join(" ")}`,
];
