import { overlaps, parseSubnet } from "../../components/kernel/ipv4";
import type { Problem } from "../../components/kernel/refuse";
import type { Environment } from "../../stacks/flowmaster/guide";
import { ENVIRONMENTS } from "../../stacks/flowmaster/guide";
import { pathText } from "./problems";
import type { Raw } from "./raw";
import { group } from "./raw";
import { PROJECT } from "./schema";

/** Something that only one may have, and where it is asked for. */
export interface Use {
  /** On which machine it is taken; `""` where it is taken everywhere. */
  host: string;
  kind: "port" | "domain" | "directory" | "subnet" | "machine";
  value: string;
  /** The stack file, where several are compared. */
  file: string;
  /** Path of the setting that asks for it, or of the one whose default does. */
  path: string;
}

/** What the configuration of a stack takes. It is read before the schema is, so that what is wrong elsewhere hides no conflict. */
export function usesOf(raw: Record<string, unknown>, stack: string): Use[] {
  return [
    ...Object.entries(group(raw["hosts"])).flatMap(([name, host]) => hostUses(stack, name, group(host))),
    ...flowmasterUses(stack, group(raw["flowmaster"])),
  ].map((use) => ({ ...use, file: `Pulumi.${stack}.yaml` }));
}

type UseInFile = Omit<Use, "file">;

function hostUses(stack: string, name: string, host: Raw): UseInFile[] {
  const on = `${stack}/${name}`;
  const ports = group(host["ssh"])["ports"] ?? [22];
  const web = String(host["web"]) === "true" ? [80, 443] : [];
  const { address, port = 22 } = host;
  return [
    ...(isSingle(address) && isSingle(port) ? [use("", "machine", `${address}:${port}`, "hosts", name, "address")] : []),
    ...(Array.isArray(ports) ? ports : []).map((one, index) => use(on, "port", String(one), "hosts", name, "ssh", "ports", index)),
    ...web.map((one) => use(on, "port", String(one), "hosts", name, "web")),
  ];
}

function flowmasterUses(stack: string, settings: Raw): UseInFile[] {
  const environment = settings["environment"];
  const host = group(settings["host"]);
  if (!isEnvironment(environment) || !isSingle(host["name"])) return [];
  const on = `${text(host["stack"], stack)}/${host["name"]}`;
  const place = ENVIRONMENTS[environment];
  const of = (kind: Use["kind"], where: string, value: unknown, path: string[]) => use(where, kind, text(value, ""), "flowmaster", ...path);
  return [
    of("domain", "", settings["domain"] ?? place.domain, ["domain"]),
    of("port", on, group(settings["frontend"])["port"] ?? place.frontendPort, ["frontend", "port"]),
    of("port", on, group(settings["backend"])["port"] ?? place.backendPort, ["backend", "port"]),
    of("directory", on, settings["directory"] ?? place.directory, ["directory"]),
    of("subnet", on, settings["subnet"] ?? place.subnet, ["subnet"]),
  ];
}

/** One problem for each use that an earlier one excludes; both sides are named. */
export function conflicts(uses: readonly Use[]): (Problem & { file: string })[] {
  return uses.flatMap((use, index) => {
    const first = uses.slice(0, index).find((other) => excludes(other, use));
    if (!first) return [];
    const sides = first.file === use.file ? first.path : `${first.file} ${first.path}`;
    return [
      {
        file: use.file,
        path: use.path,
        wrong: `${use.kind} ${use.value} is already taken by ${sides}`,
        todo: "choose another on one of the two sides",
      },
    ];
  });
}

function excludes(a: Use, b: Use): boolean {
  if (a.kind !== b.kind || a.host !== b.host) return false;
  if (a.kind !== "subnet") return a.value === b.value;
  try {
    return overlaps(parseSubnet(a.value), parseSubnet(b.value));
  } catch {
    return false; // The schema says what is wrong with it.
  }
}

const isSingle = (value: unknown): value is string | number => typeof value === "string" || typeof value === "number";
const text = (value: unknown, otherwise: string): string => (isSingle(value) ? String(value) : otherwise);
const isEnvironment = (value: unknown): value is Environment => typeof value === "string" && Object.hasOwn(ENVIRONMENTS, value);
const use = (host: string, kind: Use["kind"], value: string, ...path: (string | number)[]): UseInFile => ({
  host,
  kind,
  value,
  path: pathText(path, `${PROJECT}:`),
});
