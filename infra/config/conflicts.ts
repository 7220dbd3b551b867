import { overlaps, parseSubnet } from "../../components/kernel/ipv4";
import type { Problem } from "../../components/kernel/refuse";
import * as coreflow from "../../stacks/coreflow/guide";
import * as flatlogic from "../../stacks/flatlogic/guide";
import { backendPort } from "../../stacks/flatlogic/variables";
import * as flowmaster from "../../stacks/flowmaster/guide";
import * as flowra from "../../stacks/flowra/guide";
import * as flowstack from "../../stacks/flowstack/guide";
import { VARIABLES } from "../../stacks/flowra/variables";
import { isIn, mirrorFolder } from "./mirror-folder";
import { pathText } from "./problems";
import type { Raw } from "./raw";
import { group } from "./raw";
import { PROJECT } from "./schema";

/** Something that only one may have, and where it is asked for. */
export interface Use {
  /** On which machine or listener, in which account, or in which of its regions it is taken; `""` where it is taken everywhere. */
  host: string;
  kind: "port" | "domain" | "directory" | "subnet" | "machine" | "folder" | "environment" | "priority";
  value: string;
  /** The stack file, where several are compared. */
  file: string;
  /** Path of the setting that asks for it, or of the one whose default does. */
  path: string;
  /** Whose it is, where no setting says another: `frontend`. */
  fixed?: string | undefined;
}

/** What the configuration of a stack takes. It is read before the schema is, so that what is wrong elsewhere hides no conflict. */
export function usesOf(raw: Record<string, unknown>, stack: string): Use[] {
  return [
    ...Object.entries(group(raw["hosts"])).flatMap(([name, host]) => hostUses(stack, name, group(host))),
    ...mirrorUses(stack, group(group(raw["outputs"])["mirror"])),
    ...flowmasterUses(stack, group(raw["flowmaster"])),
    ...flowraUses(stack, group(raw["flowra"])),
    ...flowstackUses(stack, group(raw["flowstack"])),
    ...coreflowUses(stack, group(raw["coreflow"])),
    ...flatlogicUses(stack, group(raw["flatlogic"])),
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

/**
 * Two stacks with one folder would write over each other, and the first to go would take the other's outputs along; whoever may write a
 * folder that has the other in it could do so, too.
 */
function mirrorUses(stack: string, { account, region, path }: Raw): UseInFile[] {
  if (!isSingle(account) || !isSingle(region)) return [];
  return [use(`${account}/${region}`, "folder", text(path, mirrorFolder(stack)), "outputs", "mirror", ...(isSingle(path) ? ["path"] : []))];
}

/** What a system takes: of what kind, which, and the path of the setting. */
type Taken = readonly [kind: Use["kind"], value: unknown, path: readonly string[], fixed?: string];

function flowmasterUses(stack: string, settings: Raw): UseInFile[] {
  const place = placeIn(flowmaster.ENVIRONMENTS, settings);
  if (!place) return [];
  if (settings["aws"] !== undefined) return usesOnAws("flowmaster", settings, place.domain);
  return systemUses(stack, "flowmaster", settings, [
    ["domain", settings["domain"] ?? place.domain, ["domain"]],
    ["port", group(settings["frontend"])["port"] ?? place.frontendPort, ["frontend", "port"]],
    ["port", group(settings["backend"])["port"] ?? place.backendPort, ["backend", "port"]],
    ["directory", settings["directory"] ?? place.directory, ["directory"]],
    ["subnet", settings["subnet"] ?? place.subnet, ["subnet"]],
  ]);
}

function flowraUses(stack: string, settings: Raw): UseInFile[] {
  const place = placeIn(flowra.ENVIRONMENTS, settings);
  if (!place) return [];
  if (settings["aws"] !== undefined) return usesOnAws("flowra", settings, place.domain);
  const port = group(settings["variables"])["FLOWRA_SERVER_PORT"] ?? VARIABLES.FLOWRA_SERVER_PORT.default;
  return systemUses(stack, "flowra", settings, [
    ["domain", settings["domain"] ?? place.domain, ["domain"]],
    ["domain", settings["authDomain"] ?? place.authDomain, ["authDomain"]],
    ["port", port, ["variables", "FLOWRA_SERVER_PORT"]],
    ...Object.entries(flowra.PORTS).map(([of, port]): Taken => ["port", port, [], of]),
    ["directory", settings["directory"] ?? flowra.DEFAULTS.directory, ["directory"]],
    ["subnet", settings["subnet"] ?? place.subnet, ["subnet"]],
  ]);
}

/** On AWS its domain, too, where the stack itself leads it there. Somebody else may do so once a machine has had it. */
function usesOnAws(system: string, settings: Raw, usual: string): UseInFile[] {
  const led = group(group(settings["aws"])["entrance"])["zone"] !== undefined;
  return [...environmentOnAws(system, settings), ...(led ? [use("", "domain", text(settings["domain"], usual), system, "domain")] : [])];
}

/** Names on AWS are of system and environment alone, and those of roles count in the whole account. */
function environmentOnAws(system: string, { environment, aws }: Raw): UseInFile[] {
  const { account } = group(aws);
  return isSingle(account) && isSingle(environment)
    ? [use(`${account}/${system}`, "environment", String(environment), system, "environment")]
    : [];
}

function flowstackUses(stack: string, settings: Raw): UseInFile[] {
  const { domain, aws, directory, subnet } = settings;
  const place = placeIn(flowstack.ENVIRONMENTS, settings);
  const name: Taken[] = isSingle(domain) ? [["domain", domain, ["domain"]]] : [];
  if (aws !== undefined)
    return [
      ...environmentOnAws("flowstack", settings),
      ...listenerUses(group(aws)),
      ...name.map(([kind, value, path]) => use("", kind, String(value), "flowstack", ...path)),
    ];
  if (!place) return [];
  return systemUses(stack, "flowstack", settings, [
    ...name,
    ...[flowstack.PORTS.proxy, flowstack.POSTGRES_PORT].map((fixed): Taken => ["port", fixed, []]),
    ["directory", directory ?? flowstack.DEFAULTS.directory, ["directory"]],
    ["subnet", subnet ?? place.subnet, ["subnet"]],
  ]);
}

/** Rules of one listener each have another number; the listener may be somebody else's, or one that is taken over. */
function listenerUses({ entrance, adopt }: Raw): UseInFile[] {
  const { existing, priority } = group(entrance);
  const listener = group(existing)["listener"] ?? group(group(group(adopt)["balancer"])["https"])["id"];
  if (typeof listener !== "string" || !listener.startsWith("arn:")) return [];
  return [use(listener, "priority", text(priority, String(flowstack.AWS.entrance.priority)), "flowstack", "aws", "entrance", "priority")];
}

function flatlogicUses(stack: string, settings: Raw): UseInFile[] {
  const { NODE_ENV, PORT, SUBDOMAIN, BASE_DOMAIN = flatlogic.BASE_DOMAIN } = group(settings["variables"]);
  const port = backendPort({ NODE_ENV: text(NODE_ENV, flatlogic.DEFAULTS.nodeEnv), ...(PORT === undefined ? {} : { PORT: Number(PORT) }) });
  const home = text(settings["home"], `/home/${text(settings["user"], flatlogic.DEFAULTS.user)}`);
  return systemUses(stack, "flatlogic", settings, [
    ...(isSingle(SUBDOMAIN) ? [["domain", `${SUBDOMAIN}.${text(BASE_DOMAIN, "")}`, ["variables", "SUBDOMAIN"]] as const] : []),
    ...Object.entries(flatlogic.PORTS).map(([of, usual]): Taken => ["port", usual, [], of]),
    // Of nginx' own port the backend is told why it cannot have it.
    ...(port === flatlogic.PORTS.nginx ? [] : [["port", port, ["variables", "PORT"]] as const]),
    ["directory", `${home}/${flatlogic.FOLDERS.agent}`, ["home"]],
  ]);
}

function coreflowUses(stack: string, settings: Raw): UseInFile[] {
  const place = placeIn(coreflow.ENVIRONMENTS, settings);
  if (!place) return [];
  const { domain, aliases = isSingle(domain) ? [`www.${domain}`] : [] } = settings;
  const ports = group(settings["ports"]);
  return systemUses(stack, "coreflow", settings, [
    ...(isSingle(domain) ? [["domain", domain, ["domain"]] as const] : []),
    ...(Array.isArray(aliases) ? aliases : []).map((alias): Taken => ["domain", alias, ["aliases"]]),
    ...servicePorts(group(settings["services"])),
    ...Object.entries(coreflow.PORTS).map(([service, usual]): Taken => ["port", ports[service] ?? usual, ["ports", service]]),
    ["directory", settings["directory"] ?? coreflow.DIRECTORY, ["directory"]],
    ["subnet", settings["subnet"] ?? place.subnet, ["subnet"]],
  ]);
}

/** Those of the services, and those on which their releases take turns. Of two services with one port that is said once. */
function servicePorts(services: Raw): Taken[] {
  const all = coreflow.SERVICE_NAMES.map((service) => ({ service, port: coreflow.SERVICES[service].port, ...group(services[service]) }));
  return all.flatMap(({ service, port, switching }: Raw, index) => {
    const slots = switching === "reload" || switching === "stop" || all.findIndex((other) => String(other.port) === String(port)) < index;
    const ports = slots ? [port] : [port, ...coreflow.slotsOf(Number(port))];
    return ports.map((one): Taken => ["port", one, ["services", String(service), "port"]]);
  });
}

function systemUses(stack: string, system: string, settings: Raw, taken: readonly Taken[]): UseInFile[] {
  const host = group(settings["host"]);
  if (!isSingle(host["name"])) return [];
  const on = `${text(host["stack"], stack)}/${host["name"]}`;
  return taken.map(([kind, value, path, fixed]) => ({
    ...use(kind === "domain" ? "" : on, kind, text(value, ""), system, ...path),
    fixed,
  }));
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
        wrong:
          use.kind === "folder" && use.value !== first.value
            ? `folder ${use.value} is not apart from ${first.value} of ${sides}`
            : `${use.kind} ${use.value}${of(use)} is already taken by ${sides}${of(first)}`,
        todo: todoOf(first, use),
      },
    ];
  });
}

const of = ({ fixed }: Use): string => (fixed === undefined ? "" : ` (its ${fixed}, always)`);

const todoOf = (first: Use, second: Use): string => {
  if (first.kind === "environment")
    return "all of its names in AWS would be the same: choose another, or another account, on one of the two sides";
  if (first.fixed !== undefined && second.fixed !== undefined) return "put one of the two on another host";
  return `choose another on ${first.fixed !== undefined ? "this side" : second.fixed !== undefined ? "the other side" : "one of the two sides"}`;
};

function excludes(a: Use, b: Use): boolean {
  if (a.kind !== b.kind || a.host !== b.host) return false;
  // Rights to a folder are rights to all below it.
  if (a.kind === "folder") return isIn(a.value, b.value) || isIn(b.value, a.value);
  if (a.kind !== "subnet") return a.value === b.value;
  try {
    return overlaps(parseSubnet(a.value), parseSubnet(b.value));
  } catch {
    return false; // The schema says what is wrong with it.
  }
}

const isSingle = (value: unknown): value is string | number => typeof value === "string" || typeof value === "number";
const text = (value: unknown, otherwise: string): string => (isSingle(value) ? String(value) : otherwise);
const placeIn = <T>(environments: Readonly<Record<string, T>>, { environment }: Raw): T | undefined =>
  typeof environment === "string" && Object.hasOwn(environments, environment) ? environments[environment] : undefined;
const use = (host: string, kind: Use["kind"], value: string, ...path: (string | number)[]): UseInFile => ({
  host,
  kind,
  value,
  path: pathText(path, `${PROJECT}:`),
});
