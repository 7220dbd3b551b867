import type { Nat } from "./network-args";

/** One entry of a network access list, as AWS takes it: it looks at each packet by itself, so answers need an entry too. */
interface Entry {
  ruleNo: number;
  action: "allow";
  protocol: "-1" | "tcp" | "udp" | "icmp";
  cidrBlock: string;
  fromPort: number;
  toPort: number;
  icmpType?: number;
  icmpCode?: number;
}

const EVERYBODY = "0.0.0.0/0";
const TOP = 65_535;

/**
 * What may come into the subnets, beside the groups' rules: from everywhere all but port 22, and but port 3389 where no NAT gateway is. A gateway
 * sends from any port above 1023, so that with 3389 closed one connection in 64512 would get no answer.
 */
export function entriesIn(cidr: string, { nat, sshFrom }: { nat: Nat; sshFrom: readonly string[] }): Entry[] {
  const tcp: [number, number][] =
    nat === "none"
      ? [
          [1, 21],
          [23, 3388],
          [3390, TOP],
        ]
      : [
          [1, 21],
          [23, TOP],
        ];
  return numbered([
    { protocol: "-1", cidrBlock: cidr, fromPort: 0, toPort: 0 },
    ...sshFrom.map((from) => ({ protocol: "tcp" as const, cidrBlock: from, fromPort: 22, toPort: 22 })),
    ...tcp.map(([fromPort, toPort]) => ({ protocol: "tcp" as const, cidrBlock: EVERYBODY, fromPort, toPort })),
    // Answers of name and time servers.
    { protocol: "udp", cidrBlock: EVERYBODY, fromPort: 1024, toPort: TOP },
    // "Packet too big", without which large answers would hang.
    { protocol: "icmp", cidrBlock: EVERYBODY, fromPort: 0, toPort: 0, icmpType: 3, icmpCode: -1 },
  ]);
}

export const ENTRIES_OUT: Entry[] = numbered([{ protocol: "-1", cidrBlock: EVERYBODY, fromPort: 0, toPort: 0 }]);

function numbered(entries: Omit<Entry, "ruleNo" | "action">[]): Entry[] {
  return entries.map((entry, index) => ({ ruleNo: 100 + 10 * index, action: "allow", ...entry }));
}
