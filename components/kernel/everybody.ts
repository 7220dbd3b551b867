import { isIPv4, isIPv6 } from "node:net";

/**
 * Whether a range of addresses is everybody's: wider than /8, or than /16 of IPv6. Nobody has that many, and two halves of the internet are
 * all of it. Private ones of IPv6 are /7.
 */
export function isEverybody(range: unknown): boolean {
  if (typeof range !== "string") return false;
  const [address = "", bits] = range.split("/");
  if (bits === undefined) return false;
  if (isIPv4(address)) return Number(bits) < 8;
  return isIPv6(address) && Number(bits) < 16 && !(Number(bits) >= 7 && /^f[cde]/i.test(address));
}

/** Whether it is every address there is, and not only most of them. */
export const isAll = (range: unknown): boolean => isEverybody(range) && String(range).endsWith("/0");
