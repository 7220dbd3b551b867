import type { Props } from "../../rehearsal/engine";
import type { PlannedResource } from "../../rehearsal/plan";
import type { Interruption } from "./report";
import type { Whose } from "./whose";

/** Domains that were served and are served by nothing of the stack any more, whoever serves what was there. */
export function goneNames(resources: readonly PlannedResource[], whose: Whose): Interruption[] {
  const served = new Set(resources.flatMap(({ op, type, inputs }) => (op === "delete" ? [] : namesIn(type, inputs))));
  const found = new Map<string, Interruption>();
  for (const resource of resources) {
    const { op, urn, type, inputs, before } = resource;
    if (op === "create" || op === "import" || !isKnown(inputs)) continue;
    for (const name of namesIn(type, before ?? inputs).filter((one) => !served.has(one) && !found.has(one))) {
      found.set(name, {
        urn,
        name,
        system: whose.system(resource),
        way: "gone",
        what: "nothing of this stack serves this name any more",
        because: [],
      });
    }
  }
  return [...found.values()];
}

/** A document that only the update will know may serve what it served. */
const isKnown = ({ stdin }: Props): boolean => typeof stdin !== "string" || stdin.startsWith("{");

function namesIn(type: string, inputs: Props): string[] {
  if (type === "command:remote:Command") return inNginx(inputs["stdin"]);
  if (type === "aws:route53/record:Record") return inputs["type"] === "A" || inputs["type"] === "AAAA" ? texts(inputs["name"]) : [];
  if (type !== "aws:lb/listenerRule:ListenerRule") return [];
  return (
    (inputs["conditions"] as { hostHeader?: { values?: unknown } }[] | undefined)?.flatMap(({ hostHeader }) => texts(hostHeader?.values)) ??
    []
  );
}

/** In a document for the helper: lines of sites. What begins with `_` is whatever nothing else serves; `.internal` is for the machine itself. */
const inNginx = (document: unknown): string[] =>
  typeof document !== "string"
    ? []
    : [...document.matchAll(/\bserver_name ([^;"]+);/g)]
        .flatMap(([, names = ""]) => names.split(" "))
        .filter((name) => !name.startsWith("_") && !name.endsWith(".internal"));

const texts = (value: unknown): string[] => [value].flat().filter((one) => typeof one === "string");
