import { pathText } from "../config/problems";
import type { Path } from "../config/problems";
import { isGroup } from "../config/raw";

/** An output that whoever reads it no longer gets as it was. */
export interface BreakingChange {
  /** As `pulumi stack output` shows it: `flowmaster.release.backend`; `[]` is any element of a list. */
  path: string;
  what: "removed" | "retyped" | "changed";
  /** What it was: `text`, `number`, `true or false`, `list`, `group`, `nothing`; of the contract its version. */
  before: string;
  /** What it is, unless it was removed. */
  after?: string;
}

/**
 * What the outputs of a stack no longer hold as readers knew it: outputs that are gone, or are of another type, and another version of the
 * contract, which readers refuse. Another value, a new output, more or fewer elements of a list break nobody. Both sides as a plan, an export or `pulumi stack output --json` has them; what is
 * not known yet may be anything.
 *
 * @example breakingChanges({ hosts: { main: { port: 22 } } }, { hosts: { main: { port: "22" } } })
 *   // [{ path: "hosts.main.port", what: "retyped", before: "number", after: "text" }]
 */
export const breakingChanges = (before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): BreakingChange[] => [
  ...contractChange(before["contract"], after["contract"]),
  ...compare(before, after, []),
];

/** A breaking change as a line for a person. */
export const breakingLine = ({ path, what, before, after = "" }: BreakingChange): string =>
  what === "removed" ? `${path} is gone (it was ${before})` : `${path} was ${before} and is ${after}${CONSEQUENCES[what]}`;

const CONSEQUENCES = { retyped: "", changed: ": whoever reads by the types of the one refuses the other" } as const;

/** Its number is the one value that readers rely on. */
const contractChange = (before: unknown, after: unknown): BreakingChange[] =>
  typeof before === "number" && typeof after === "number" && before !== after
    ? [{ path: "contract", what: "changed", before: String(before), after: String(after) }]
    : [];

function compare(before: unknown, after: unknown, path: Path): BreakingChange[] {
  const [was, is] = [typeOf(before), typeOf(after)];
  if (was === undefined || is === undefined) return [];
  if (was !== is) return [{ path: textOf(path), what: "retyped", before: was, after: is }];
  if (Array.isArray(before) && Array.isArray(after)) return compareElements(before, after, [...path, ELEMENT]);
  if (!isGroup(before) || !isGroup(after)) return [];
  return Object.keys(before)
    .filter((key) => before[key] !== undefined)
    .sort()
    .flatMap((key) => {
      const at = [...path, key];
      if (after[key] !== undefined) return compare(before[key], after[key], at);
      return [{ path: textOf(at), what: "removed" as const, before: typeOf(before[key]) ?? "not known yet" }];
    });
}

/** Readers of a list rely on what all of its elements have. */
function compareElements(before: readonly unknown[], after: readonly unknown[], path: Path): BreakingChange[] {
  const [first] = before;
  const was = new Set(before.map(typeOf));
  const kind = typeOf(first);
  if (was.size !== 1 || kind === undefined) return [];
  const other = after.map(typeOf).find((type) => type !== undefined && type !== kind);
  if (other !== undefined) return [{ path: textOf(path), what: "retyped", before: kind, after: other }];
  if (!isGroup(first)) return [];
  const common = Object.fromEntries(Object.entries(first).filter(([key]) => before.every((one) => isGroup(one) && one[key] !== undefined)));
  const found = after.flatMap((one) => compare(common, one, path));
  return found.filter((change, index) => found.findIndex(({ path: at }) => at === change.path) === index);
}

const ELEMENT = "[]";
const textOf = (path: Path): string => pathText(path).replaceAll(`["${ELEMENT}"]`, ELEMENT);

/** What Pulumi puts in the place of a value that only an update will know. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function typeOf(value: unknown): string | undefined {
  if (value === UNKNOWN || value === undefined) return undefined;
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "list";
  switch (typeof value) {
    case "string":
      return "text";
    case "boolean":
      return "true or false";
    case "object":
      return "group";
    default:
      return typeof value;
  }
}
