import type { PlannedResource } from "../../rehearsal/plan";
import { NOT_KNOWN } from "../../rehearsal/planned-inputs";
import { covers } from "./covers";
import { plainText } from "./differences";
import { compareSets, type Found, sides } from "./security-sides";
import { nameOf } from "./whose";

/** Ports that a machine's firewall opens and closes, and for whom. */
export function firewall(resource: PlannedResource, where: string): Found[] {
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
export function published(resource: PlannedResource): Found[] {
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
