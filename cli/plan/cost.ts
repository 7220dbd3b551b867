import type { Props, Value } from "../../rehearsal/engine";
import type { CostChange } from "./report";

interface Price {
  amount: number;
  currency: CostChange["currency"];
  items: Map<string, number>;
  /** What the table of prices does not know, and the amount is without. */
  unpriced: string[];
  basis: string;
}

/**
 * What changes in the bill of a month: price lines are the outputs named `price` (`components/aws/prices.ts`, `prices.ts` of a system), one
 * for each part that has a price. The total of a part, then what of it changes.
 */
export function costChanges(before: Props, after: Props): CostChange[] {
  const [old, now] = [pricesIn(before), pricesIn(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((part) => compare(part, old.get(part), now.get(part)));
}

function compare(part: string, before: Price | undefined, after: Price | undefined): CostChange[] {
  const { currency, basis } = (after ?? before) as Price;
  const line = (what: string, amountIn: (side: Price) => number | undefined, unpricedIn: (side: Price) => string[]): CostChange[] => {
    const [old, now] = [before && amountIn(before), after && amountIn(after)];
    const unpriced = { before: before ? unpricedIn(before) : [], after: after ? unpricedIn(after) : [] };
    if (old === now && unpriced.before.join() === unpriced.after.join()) return [];
    return [
      {
        what,
        currency,
        ...(old !== undefined && { before: old }),
        ...(now !== undefined && { after: now }),
        ...(unpriced.before.length + unpriced.after.length > 0 && { unpriced }),
        basis,
      },
    ];
  };
  const items = [...new Set([...(before?.items.keys() ?? []), ...(after?.items.keys() ?? [])])].sort();
  return [
    ...line(
      part,
      ({ amount }) => amount,
      ({ unpriced }) => unpriced,
    ),
    ...items.flatMap((item) =>
      line(
        `${part}: ${item}`,
        (side) => side.items.get(item),
        ({ unpriced }) => unpriced.filter((what) => what.startsWith(`${item} `)),
      ),
    ),
  ];
}

/** Part -> price: `flowstack` of `flowstack.aws.price`, `machine main` of `hosts.main.price`. */
function pricesIn(outputs: Props): Map<string, Price> {
  const found = new Map<string, Price>();
  const visit = (path: string[], value: Value | undefined): void => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      const price = (key === "price" || key === "monthly") && typeof inner === "string" ? readPrice(inner) : undefined;
      if (price) found.set(partOf(path), price);
      else visit([...path, key], inner);
    }
  };
  visit([], outputs);
  return found;
}

const partOf = ([first = "", second = ""]: readonly string[]): string => (first === "hosts" ? `machine ${second}` : first);

/** `about 199 USD a month: Fargate 72, load balancer 22; list prices of …`. */
export function readPrice(line: string): Price | undefined {
  const found = /^(?:about )?(\d+(?:\.\d+)?) (USD|EUR) a month: ([^;]*)(?:; (.*))?$/s.exec(line);
  if (!found) return undefined;
  const [, amount = "", currency = "", parts = "", rest = ""] = found;
  const items = parts.split(", ").map((part) => /^(.+) (\d+(?:\.\d+)?)$/.exec(part));
  const isBill = items.every((item) => item !== null);
  return {
    amount: Number(amount),
    currency: currency === "EUR" ? "EUR" : "USD",
    unpriced: /(?:^|; )not in the table: ([^;]*)/.exec(rest)?.[1]?.split(", ") ?? [],
    items: new Map(isBill ? items.map(([, what = "", price]) => [what, Number(price)] as const) : []),
    basis: isBill ? rest : [parts, rest].filter(Boolean).join("; "),
  };
}
