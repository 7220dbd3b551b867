import { isSlug } from "../../components/kernel/names";
import type { Problem } from "../../components/kernel/refuse";
import { machineSize } from "./host-schema";
import type { Raw } from "./raw";
import { group } from "./raw";
import type { OtherStacks } from "./stack-file";

/** The machine of a system, as the file of the stack that owns it has it. */
export interface Machine {
  name: string;
  stack: string | undefined;
  /** What a stack file says that it has. */
  size: unknown;
  /** Where it says so. */
  path: string;
}

/** The machine that a system's `host` names, unless there is none of that name. */
export function machineOf({ name, stack }: Raw, hosts: Raw, otherStacks: OtherStacks): Machine | undefined {
  if (typeof name !== "string" || (stack !== undefined && !isName(stack))) return undefined;
  const declared = stack === undefined ? hosts : group(otherStacks(stack)?.["hosts"]);
  if (!Object.hasOwn(declared, name)) return undefined;
  const path = `${stack === undefined ? "" : `Pulumi.${stack}.yaml `}flowfleet:hosts.${name}.size`;
  return { name, stack, size: group(declared[name])["size"], path };
}

/** Whether all that is said of the size has a known name: one that is misspelt is a problem of its own. */
export const sizeIsKnown = ({ size }: Machine): boolean => Object.keys(group(size)).every((key) => Object.hasOwn(machineSize.shape, key));

/** Of a system that must know what its machine has. */
export function sizeMissing(system: string, { path, stack }: Machine, who: string, todo: string): Problem {
  const unknown = `is missing: ${who} must know what its machine has`;
  return stack === undefined ? { path, wrong: unknown, todo } : { path: `${system}.host`, wrong: `${path} ${unknown}`, todo };
}

/** The containers of databases are made over SSH by Docker's own means. */
export function agentNeeds(system: string, settings: Raw, hosts: Raw): Problem[] {
  const host = group(settings["host"]);
  const own = host["stack"] === undefined && typeof host["name"] === "string" ? group(hosts[host["name"]]) : {};
  const path = own["privateKey"] !== undefined ? `flowfleet:hosts.${String(host["name"])}` : `${system}.host`;
  if (own["privateKey"] === undefined && host["privateKey"] === undefined) return [];
  return [
    {
      path: `${path}.privateKey`,
      wrong: "is a key that Docker over SSH cannot be given",
      todo: "leave it out, and load the key into the SSH agent",
    },
  ];
}

/** Two databases in one volume would spoil each other. */
export function volumeNeeds(system: string, usual: Readonly<Record<string, string>>, given: Raw): Problem[] {
  const names = Object.entries({ ...usual, ...given });
  return names.flatMap(([of, name], index) => {
    const first = names.findIndex(([, other]) => other === name);
    const wrong = `is the volume of volumes.${String(names[first]?.[0])}, too`;
    return first === index ? [] : [{ path: `${system}.volumes.${of}`, wrong, got: name, allowed: "a volume for each" }];
  });
}

/** What cannot be read is left to the schema. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const isName = (value: unknown): value is string => typeof value === "string" && isSlug(value);
