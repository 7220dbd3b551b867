import { BlockList, isIP } from "node:net";

/** Whether everybody of one network is in another: `203.0.113.0/24` covers `203.0.113.7`. What is no network covers itself alone. */
export function covers(network: string, other: string): boolean {
  if (network === other) return true;
  const [wide, narrow] = [parse(network), parse(other)];
  if (!wide || !narrow || wide.family !== narrow.family || wide.length > narrow.length) return false;
  const list = new BlockList();
  list.addSubnet(wide.address, wide.length, wide.family);
  return list.check(narrow.address, narrow.family);
}

function parse(network: string): { address: string; length: number; family: "ipv4" | "ipv6" } | undefined {
  const [address = "", given] = network.split("/");
  const version = isIP(address);
  if (version === 0) return undefined;
  const most = version === 4 ? 32 : 128;
  const length = given === undefined ? most : Number(given);
  return Number.isInteger(length) && length >= 0 && length <= most
    ? { address, length, family: version === 4 ? "ipv4" : "ipv6" }
    : undefined;
}
