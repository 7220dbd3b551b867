import type { PlannedResource } from "../../rehearsal/plan";
import { NOT_KNOWN } from "../../rehearsal/planned-inputs";
import { awsRules, isPublic, POLICIES, rightsOf } from "./aws-rules";
import { type Differences, plainText } from "./differences";
import { jsonOf } from "./flatten";
import { firewall, published } from "./open-ports";
import { privileges } from "./privileges";
import type { SecurityChange } from "./report";
import { linesOf } from "./security-lines";
import { compareSets, type Found, sides } from "./security-sides";
import type { SecretMarks } from "./stand-ins";
import { nameOf, type Whose } from "./whose";

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
        ...privileges(resource),
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

function lines(resource: PlannedResource, { files, properties }: Differences, where: string): Found[] {
  const unwatched = files
    .filter(({ op, path }) => op === "delete" && WATCHES.test(path))
    .map(({ path }): Found => ({ kind: "access", change: "removed", opens: true, what: `${path} is deleted` }));
  if (resource.op === "delete") {
    // What a thing was allowed to goes with it; what guarded the machine itself does not. What has no way to be deleted stays there.
    if (resource.inputs["delete"] === undefined) return [];
    const guards = files.filter(({ path }) => OF_THE_MACHINE.test(path)).flatMap(linesOf);
    return [...unwatched, ...guards.filter(({ opens }) => opens)];
  }
  if (resource.type === "command:remote:Command" && resource.op === "create") return [];
  const texts = files.flatMap(linesOf);
  const settings = properties.flatMap(({ path, before, after }): Found[] => {
    const changed = before === undefined ? "added" : after === undefined ? "removed" : "changed";
    if (path === "connection.hostKey" && changed === "changed") {
      return [{ kind: "access", change: changed, opens: false, what: `${HOST_KEY}${where}` }];
    }
    const [, holder, file, right] = /^(files|directories)\["(\/[^"]+)"\]\.(mode|user|group)$/.exec(path) ?? [];
    if (file !== undefined && right !== undefined && changed === "changed") {
      // Root reads every file already.
      const mode = modeOf(resource, holder, file);
      const opens =
        right === "mode"
          ? letsMore(before, after, holder === "directories")
          : after !== "root" && (right === "user" || mode === undefined || (octal(mode) & 0o070) !== 0);
      return [{ kind: "access", change: changed, opens, what: `${file}: ${right} ${plainText(before)} becomes ${plainText(after)}` }];
    }
    if (path !== "containers") return [];
    const opens = after === "open";
    return [
      { kind: "permission", change: changed, opens, what: `${nameOf(resource.urn)}: ${path} ${text(before)} becomes ${text(after)}` },
    ];
  });
  // A step of many machines' steps says it once.
  return [...unwatched, ...texts, ...settings.filter(({ what }, index) => settings.findIndex((one) => one.what === what) === index)];
}

/** Those who watch, and shut out who guesses, are on the machine without these, too. */
const WATCHES = /^\/etc\/(?:audit|fail2ban)\//;
/** What sshd and the distribution's updates are told is about the machine, whatever runs on it. */
const OF_THE_MACHINE = /^\/etc\/(?:ssh|apt)\//;

/** The mode of a file or folder as it will be, where its document is known. */
function modeOf({ inputs }: PlannedResource, holder: string | undefined, path: string): unknown {
  const { stdin } = inputs;
  const document =
    typeof stdin === "string" ? (jsonOf(stdin) as Record<string, Record<string, { mode?: unknown }>> | undefined) : undefined;
  return document?.[holder ?? ""]?.[path]?.mode;
}

/**
 * Whether a mode has a bit for others than the owner that the one before had not, or gives whoever runs the file its owner's or group's
 * rights; of a folder those bits only say whose the new files in it are.
 */
function letsMore(before: unknown, after: unknown, isFolder: boolean): boolean {
  return (octal(after) & ~octal(before) & (isFolder ? 0o0077 : 0o6077)) !== 0;
}
const octal = (mode: unknown): number => Number.parseInt(String(mode), 8) || 0;
const text = (value: unknown): string => (value === undefined ? "(not set)" : JSON.stringify(value));
