import type { Lines } from "../kernel/lines";
import { HARDENING } from "../kernel/hardening";

/**
 * What Node survives: V8 makes its own code, so it needs memory that is written and then run; and without AF_NETLINK it does not see the
 * machine's addresses. Where files are is said by `homeAccess`.
 */
export const HARDENING_OF_NODE: Lines = HARDENING.filter(
  (line) => !line.startsWith("MemoryDenyWriteExecute=") && !line.startsWith("ProtectHome="),
).map((line) => (line.startsWith("RestrictAddressFamilies=") ? `${line} AF_NETLINK` : line));

/** Folders that may be written, beside the one that is used. Of the homes of people only those are there at all in which one of them is. */
export function homeAccess(folder: string, writable: readonly string[]): Lines {
  const homes = [folder, ...writable].flatMap((folder) => /^\/home\/[^/]+/.exec(folder) ?? []);
  return [
    ...(homes.length === 0 ? ["ProtectHome=yes"] : ["ProtectHome=tmpfs", `BindPaths=${words(homes)}`]),
    ...(writable.length === 0 ? [] : [`ReadWritePaths=${words(writable)}`]),
  ];
}

const words = (folders: readonly string[]): string => [...new Set(folders)].join(" ");
