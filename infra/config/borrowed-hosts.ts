import type { Finding } from "./places";
import { lackingParts } from "./parts";
import { nearest } from "./problems";
import type { Raw } from "./raw";
import { group } from "./raw";
import type { System } from "./systems";
import { SYSTEM_NAMES, SYSTEMS } from "./systems";

/** What a stack's file holds. */
export interface RawStack {
  stack: string;
  raw: Raw;
  /** Whether that is all that it is to hold. */
  isRead: boolean;
}

/** What is wrong with machines that systems have of other stacks: they are there, have what the system needs, and are what was said of them. */
export const borrowedHosts = (stacks: readonly RawStack[]): Finding[] =>
  stacks.flatMap((stack) => SYSTEM_NAMES.flatMap((system) => borrowedHost(system, stack, stacks)));

function borrowedHost(system: System, { stack, raw }: RawStack, stacks: readonly RawStack[]): Finding[] {
  const { name, stack: owner, os } = group(group(raw[system])["host"]);
  if (typeof owner !== "string" || typeof name !== "string") return [];
  const found = (key: string, problem: Omit<Finding, "file" | "path">): Finding[] => [
    { file: `Pulumi.${stack}.yaml`, path: `flowfleet:${system}.host.${key}`, ...problem },
  ];
  if (owner === stack) return found("stack", { wrong: "is this stack itself", got: owner, todo: "leave it out" });
  const other = stacks.find((one) => one.stack === owner);
  const among = (known: readonly string[], given: string) => {
    const near = nearest(given, known);
    return { got: given, allowed: known.join(", ") || "none", ...(near === undefined ? {} : { todo: `did you mean "${near}"?` }) };
  };
  if (!other) {
    const owners = stacks.filter((one) => one.stack !== stack && one.raw["hosts"] !== undefined).map((one) => one.stack);
    return found("stack", { wrong: "is no stack", ...among(owners, owner) });
  }
  // That the group is misspelt is told in its own file.
  const isMisspelt = other.raw["hosts"] === undefined && Object.keys(other.raw).some((key) => nearest(key, ["hosts"]) !== undefined);
  if (!other.isRead || isMisspelt) return [];
  const hosts = group(other.raw["hosts"]);
  if (!Object.hasOwn(hosts, name)) return found("name", { wrong: `is no host of stack ${owner}`, ...among(Object.keys(hosts), name) });
  const host = group(hosts[name]);
  const at = `Pulumi.${owner}.yaml flowfleet:hosts.${name}`;
  const { os: real = DEFAULT_OS } = host;
  return [
    ...lackingParts(system, host).flatMap(({ key, what, set }) =>
      found("name", {
        wrong: `is a machine on which ${SYSTEMS[system]} lacks ${what.replace(/,$/, "")}`,
        got: name,
        todo: `set ${at}.${key} to ${set}`,
      }),
    ),
    ...((os ?? DEFAULT_OS) === real
      ? []
      : found("os", {
          wrong: `is not what ${at}.os says`,
          got: os ?? DEFAULT_OS,
          allowed: String(real),
          todo: "what decides the shape of the program is said here again",
        })),
  ];
}

/** Of the schema. */
const DEFAULT_OS = "debian-12";
