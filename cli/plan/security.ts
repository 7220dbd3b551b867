import type { PlannedResource } from "../../rehearsal/plan";
import { NOT_KNOWN } from "../../rehearsal/planned-inputs";
import { awsRules, isPublic, POLICIES, rightsOf } from "./aws-rules";
import { covers } from "./covers";
import { type Differences, plainText } from "./differences";
import type { SecurityChange, TextChange } from "./report";
import type { SecretMarks } from "./stand-ins";
import { nameOf, type Whose } from "./whose";

type Found = Omit<SecurityChange, "urn" | "system">;

/** What lets more or fewer in: ports, permissions, TLS, secrets by name. What opens comes first. */
export function securityChanges(
  resources: readonly PlannedResource[],
  whose: Whose,
  differencesOf: (resource: PlannedResource) => Differences,
): SecurityChange[] {
  const goesWith = goneTargets(resources);
  return resources
    .filter(({ op, custom }) => custom && op !== "same" && op !== "read")
    .flatMap((resource) => {
      const where = whose.machine(resource) ?? resource.machine ?? "the machine";
      const found = [
        ...firewall(resource, where),
        ...published(resource),
        ...awsRules(resource),
        ...permissions(resource),
        ...listeners(resource),
        ...secrets(resource),
        ...lines(resource, differencesOf(resource), where),
      ];
      const isMoot = resource.op === "delete" && goesWith(resource);
      return found.map((one): SecurityChange => ({
        ...one,
        opens: one.opens && !isMoot,
        urn: resource.urn,
        system: whose.system(resource),
      }));
    })
    .filter(oncePerMachine())
    .sort((a, b) => Number(b.opens) - Number(a.opens) || (a.what < b.what ? -1 : a.what > b.what ? 1 : 0));
}

/** The host key of a machine is in each of its steps. */
function oncePerMachine(): (change: SecurityChange) => boolean {
  const told = new Set<string>();
  return ({ what }) => {
    if (!what.startsWith(HOST_KEY)) return true;
    const isNew = !told.has(what);
    told.add(what);
    return isNew;
  };
}
const HOST_KEY = "another host key is pinned for ";

/**
 * Tells of what is deleted whether what it guards is deleted, too: a policy without its bucket closes nothing and opens nothing. That is
 * what it depends on in the same service of AWS; where a plan does not know on what (`infra/golden`), its component.
 */
function goneTargets(resources: readonly PlannedResource[]): (resource: PlannedResource) => boolean {
  const byUrn = new Map(resources.map((one) => [one.urn, one]));
  const serviceOf = (type: string): string => type.split("/")[0] ?? "";
  return ({ type, dependencies, parent }) => {
    const targets = dependencies
      .flatMap((urn) => byUrn.get(urn) ?? [])
      .filter((one) => one.custom && serviceOf(one.type) === serviceOf(type));
    return targets.length > 0 ? targets.every(({ op }) => op === "delete") : byUrn.get(parent ?? "")?.op === "delete";
  };
}

/** Secrets of the configuration: added, removed, encrypted anew. */
export function configuredSecrets(stack: string, before: SecretMarks, after: SecretMarks): SecurityChange[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return paths.flatMap((path): SecurityChange[] => {
    const [old, now] = [before[path], after[path]];
    if (old === now) return [];
    const change = old === undefined ? "added" : now === undefined ? "removed" : "changed";
    const said = { added: "is set", removed: "is taken away", changed: "is encrypted anew, as for another value" }[change];
    const system = /^flowfleet:(\w+)\./.exec(path)?.[1] ?? "stack";
    const mark = now === undefined ? {} : { mark: now };
    return [{ kind: "secret", change, opens: false, urn: `Pulumi.${stack}.yaml`, system, what: `secret ${path} ${said}`, ...mark }];
  });
}

const sides = ({ op, before, inputs }: PlannedResource): [PlannedResource["inputs"], PlannedResource["inputs"]] =>
  op === "create" ? [{}, inputs] : op === "delete" ? [inputs, {}] : [before ?? {}, inputs];

function firewall(resource: PlannedResource, where: string): Found[] {
  if (!plainText(resource.inputs["create"]).endsWith(" firewall apply")) return [];
  if (resource.inputs["stdin"] === NOT_KNOWN) {
    return [{ kind: "port", change: "changed", opens: false, what: `which ports are open on ${where} is known once the update is done` }];
  }
  if (resource.op === "delete") {
    const what = `the firewall of ${where} goes: its ports are closed but SSH's, and networks of containers are no longer closed to others`;
    return [{ kind: "port", change: "removed", opens: true, what }];
  }
  const [old, now] = sides(resource).map(allowed) as [Sources, Sources];
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((port): Found[] => {
    const [was, is] = [old.get(port), now.get(port)];
    if (was === undefined) return [{ kind: "port", change: "added", opens: true, what: `port ${port} ${from(is)} is opened on ${where}` }];
    if (is === undefined)
      return [{ kind: "port", change: "removed", opens: false, what: `port ${port} ${from(was)} is closed on ${where}` }];
    if (from(was) === from(is)) return [];
    const opens = !is.every((network) => was.some((one) => one === EVERYWHERE || covers(one, network)));
    return [{ kind: "port", change: "changed", opens, what: `port ${port} ${from(was)} becomes ${from(is)} on ${where}` }];
  });
}

/** `443/tcp` -> who may reach it. */
type Sources = ReadonlyMap<string, string[]>;
const EVERYWHERE = "everywhere";
const from = (networks: readonly string[] = []): string => `from ${networks.join(", ")}`;

function allowed({ stdin }: PlannedResource["inputs"]): Sources {
  const found = new Map<string, string[]>();
  if (typeof stdin !== "string" || !stdin.startsWith("{")) return found;
  const { allow = [] } = JSON.parse(stdin) as { allow?: { port: number; protocol: string; from?: string | string[] }[] };
  for (const { port, protocol, from = EVERYWHERE } of allow) {
    const key = `${port}/${protocol}`;
    found.set(key, [...(found.get(key) ?? []), ...[from].flat()]);
  }
  return found;
}

/** Ports that a container publishes past the firewall of its machine. */
function published(resource: PlannedResource): Found[] {
  if (resource.type !== "docker:index/container:Container") return [];
  const portsOf = ({ ports }: PlannedResource["inputs"]): string[] =>
    (Array.isArray(ports) ? ports : []).map((port) => {
      const { external, internal, ip = "0.0.0.0" } = port as { external?: number; internal: number; ip?: string };
      return `${ip}:${external ?? "(any)"} to ${internal} of container ${nameOf(resource.urn)}`;
    });
  const [old, now] = sides(resource).map(portsOf);
  return compareSets(old ?? [], now ?? [], (port, change) => ({
    kind: "port",
    change,
    opens: change === "added",
    what: `${port} is ${change === "added" ? "published" : "no longer published"}`,
  }));
}

function permissions(resource: PlannedResource): Found[] {
  if (POLICIES.some((key) => resource.inputs[key] === NOT_KNOWN) && resource.op !== "create") {
    return [
      { kind: "permission", change: "changed", opens: false, what: `what ${nameOf(resource.urn)} allows is known once the update is done` },
    ];
  }
  const [old, now] = sides(resource).map((inputs) => rightsOf(resource.type, inputs));
  return compareSets(old ?? [], now ?? [], (right, change) => ({
    kind: "permission",
    change,
    opens: (change === "added") !== /^denies /.test(right),
    what: `${nameOf(resource.urn)} ${change === "added" ? right : `no longer ${right}`}`,
  }));
}

function listeners(resource: PlannedResource): Found[] {
  if (resource.type !== "aws:lb/listener:Listener") return [];
  const told = ({ protocol, sslPolicy }: PlannedResource["inputs"]): string | undefined =>
    protocol === undefined ? undefined : `${plainText(protocol)}${sslPolicy === undefined ? "" : ` with ${plainText(sslPolicy)}`}`;
  const [old, now] = sides(resource).map(told);
  if (old === now) return [];
  const change = old === undefined ? "added" : now === undefined ? "removed" : "changed";
  const said = change === "changed" ? `from ${old ?? ""} to ${now ?? ""}` : (now ?? old ?? "");
  return [{ kind: "tls", change, opens: isPublic(now), what: `listener ${nameOf(resource.urn)}: ${said}` }];
}

/** Passwords that are made, and values in Parameter Store. */
function secrets({ type, op, urn, inputs, changedSecrets }: PlannedResource): Found[] {
  const what =
    type === "random:index/randomPassword:RandomPassword" ? "password" : type === "aws:ssm/parameter:Parameter" ? "parameter" : undefined;
  if (what === undefined || (type.endsWith(":Parameter") && inputs["type"] !== "SecureString")) return [];
  const name = typeof inputs["name"] === "string" ? inputs["name"] : nameOf(urn);
  const secret = (change: Found["change"], said: string): Found[] => [
    { kind: "secret", change, opens: false, what: `${what} ${name} ${said}` },
  ];
  if (op === "create") return secret("added", "is made");
  if (op === "delete") return secret("removed", "is deleted");
  if (op === "replace") return secret("changed", "is made anew");
  return changedSecrets.length > 0 ? secret("changed", "has another value") : [];
}

/** Lines that say who may come in, by which protocol. */
const LINES: readonly [RegExp, SecurityChange["kind"]][] = [
  [/^\s*(?:ssl_|add_header Strict-Transport|listen .*\bssl\b|return 301 https)/, "tls"],
  [/^\s*(?:allow|deny|auth_basic|satisfy|limit_except|include .*allow)\b/, "access"],
  [
    /^\s*(?:PermitRootLogin|PasswordAuthentication|AllowUsers|AllowGroups|AuthorizedKeys|AllowTcpForwarding|PubkeyAuthentication|Ciphers|MACs|KexAlgorithms)\b/,
    "access",
  ],
  [/NOPASSWD|^\s*%?\w+\s+ALL=/, "permission"],
  [/^\s*(?:User|CapabilityBoundingSet|AmbientCapabilities|NoNewPrivileges|ProtectSystem|ReadWritePaths)=/, "permission"],
];

function lines(resource: PlannedResource, { files, properties }: Differences, where: string): Found[] {
  // What a thing was allowed to goes with it.
  if (resource.op === "delete" || (resource.type === "command:remote:Command" && resource.op === "create")) return [];
  const texts = files.flatMap(linesOf);
  const settings = properties.flatMap(({ path, before, after }): Found[] => {
    const changed = before === undefined ? "added" : after === undefined ? "removed" : "changed";
    if (path === "connection.hostKey" && changed === "changed") {
      return [{ kind: "access", change: changed, opens: false, what: `${HOST_KEY}${where}` }];
    }
    const [, file] = /^files\["(\/[^"]+)"\]\.(?:mode|user|group)$/.exec(path) ?? [];
    if (file !== undefined && changed === "changed") {
      const opens = path.endsWith(".mode") && lastDigits(after) > lastDigits(before);
      return [
        {
          kind: "access",
          change: changed,
          opens,
          what: `${file}: ${path.split(".").at(-1) ?? ""} ${plainText(before)} becomes ${plainText(after)}`,
        },
      ];
    }
    if (!/^(?:privileged|publiclyAccessible|capabilities\.adds\[\]|readOnly|networkMode|containers)$/.test(path)) return [];
    const opens = after === true ? path !== "readOnly" : path === "readOnly" || path.endsWith("adds[]") || after === "open";
    return [
      { kind: "permission", change: changed, opens, what: `${nameOf(resource.urn)}: ${path} ${text(before)} becomes ${text(after)}` },
    ];
  });
  // A step of many machines' steps says it once.
  return [...texts, ...settings.filter(({ what }, index) => settings.findIndex((one) => one.what === what) === index)];
}

/** Each line once, and a setting that has another value with both. */
function linesOf({ path, hunks }: TextChange): Found[] {
  const all = hunks.flatMap((hunk) => hunk.lines);
  const of = (sign: string): string[] => [
    ...new Set(all.filter((line) => line.startsWith(sign)).map((line) => line.slice(1).trim().replace(/\s+/g, " "))),
  ];
  const [gone, came] = [of("-"), of("+")];
  const setting = (line: string): string | undefined => /^(ssl_\w+|add_header \S+|[A-Z]\w+(?=[ =]))/.exec(line)?.[1];
  const changed = new Map<string, string>();
  for (const line of gone.filter((one) => !came.includes(one) && setting(one) !== undefined)) {
    const others = came.filter((one) => !gone.includes(one) && setting(one) === setting(line));
    if (others.length === 1 && ![...changed.values()].includes(others[0] ?? "")) changed.set(line, others[0] ?? "");
  }
  const replaced = new Set(changed.values());
  const tell = (line: string, change: Found["change"], opens: boolean, said: string): Found[] => {
    const kind = LINES.find(([pattern]) => pattern.test(line))?.[1];
    return kind === undefined ? [] : [{ kind, change, opens, what: `${path}: ${said}` }];
  };
  return [
    ...[...changed].flatMap(([line, other]) => tell(other, "changed", isWeaker(line, other), `\`${line}\` becomes \`${other}\``)),
    ...came.filter((line) => !replaced.has(line)).flatMap((line) => tell(line, "added", letsIn(line, hunks), `now \`${line}\``)),
    ...gone.filter((line) => !changed.has(line)).flatMap((line) => tell(line, "removed", GUARDING.test(line), `no longer \`${line}\``)),
  ];
}

/** Another value of these may be a weaker one. */
const WEAKENING = /^ssl_(?!certificate)/;
const OPENING = /NOPASSWD|PermitRootLogin yes|PasswordAuthentication yes|^auth_basic off|^satisfy any/;
/** Without these more is let in, or may do more. */
const GUARDING =
  /^deny\b|\bssl_|^auth_basic\b(?! off)|^(?:AllowUsers|AllowGroups) |^(?:User|NoNewPrivileges|ProtectSystem|CapabilityBoundingSet)=/;
/** Lists of who may, and of what may be done. */
const LISTS = /^(?:AllowUsers|AllowGroups|ReadWritePaths|CapabilityBoundingSet|AmbientCapabilities)[ =]/;

function isWeaker(line: string, other: string): boolean {
  if (LISTS.test(other)) return other.split(/[ =]/).some((word) => !line.split(/[ =]/).includes(word));
  return WEAKENING.test(other) || (OPENING.test(other) && !OPENING.test(line));
}

/** Whether a line that came lets in who was not before: not the machine itself, nor one of those that were, nor one of a list that closes the rest. */
function letsIn(line: string, hunks: TextChange["hunks"]): boolean {
  const network = allowedIn(line);
  if (network === undefined) return OPENING.test(line);
  if (/^(?:127\.|::1|unix:)/.test(network)) return false;
  return hunks.some(({ lines }) => {
    const [came, gone] = ["+", "-"].map((sign) => lines.filter((one) => one.startsWith(sign)).map((one) => one.slice(1).trim())) as [
      string[],
      string[],
    ];
    return came.includes(line) && !came.includes("deny all;") && !gone.some((one) => covers(allowedIn(one) ?? "", network));
  });
}

const allowedIn = (line: string): string | undefined => /^allow (\S+);/.exec(line)?.[1];

const lastDigits = (mode: unknown): number => Number.parseInt(String(mode).slice(-2), 8) || 0;
const text = (value: unknown): string => (value === undefined ? "(not set)" : JSON.stringify(value));

function compareSets(
  before: readonly string[],
  after: readonly string[],
  tell: (item: string, change: "added" | "removed") => Found,
): Found[] {
  return [
    ...after.filter((item) => !before.includes(item)).map((item) => tell(item, "added")),
    ...before.filter((item) => !after.includes(item)).map((item) => tell(item, "removed")),
  ];
}
