/** A block of IPv4 addresses. Addresses are numbers in here, text outside. */
export interface Subnet {
  first: number;
  size: number;
  /** As written, e.g. `"10.90.2.0/24"`. */
  text: string;
}

/**
 * Reads `a.b.c.d/n`.
 *
 * @throws RangeError when it is no subnet, or when address bits right of the mask are set.
 * @example addressIn(parseSubnet("10.90.2.0/24"), 1) // "10.90.2.1"
 */
export function parseSubnet(text: string): Subnet {
  const [, address = "", bits = ""] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? [];
  const first = parseAddress(address);
  const size = 2 ** (32 - Number(bits));
  if (first === undefined || bits === "" || Number(bits) > 32 || first % size !== 0) {
    throw new RangeError(`must be an IPv4 subnet such as "10.90.2.0/24" whose address is its first, got "${text}"`);
  }
  return { first, size, text };
}

/** The n-th address of a subnet, its first being number 0. @throws RangeError when it lies outside. */
export function addressIn(subnet: Subnet, index: number): string {
  if (!Number.isInteger(index) || index < 0 || index >= subnet.size) {
    throw new RangeError(`must be a number from 0 to ${subnet.size - 1} in ${subnet.text}, got ${index}`);
  }
  const address = subnet.first + index;
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** Whether two subnets share an address. */
export const overlaps = (a: Subnet, b: Subnet): boolean => a.first < b.first + b.size && b.first < a.first + a.size;

function parseAddress(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}
