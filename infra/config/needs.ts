import { isSlug } from "../../components/kernel/names";
import type { Problem } from "../../components/kernel/refuse";
import { coreflowNeeds } from "./coreflow-needs";
import { createNeeds } from "./create-needs";
import { flatlogicNeeds } from "./flatlogic-needs";
import { flowmasterNeeds } from "./flowmaster-needs";
import { flowraNeeds } from "./flowra-needs";
import { flowstackNeeds } from "./flowstack-needs";
import { lackingParts } from "./parts";
import { folderNeeds, mirrorNeeds } from "./mirror-needs";
import { nearest } from "./problems";
import type { Raw } from "./raw";
import { group } from "./raw";
import { stateNeeds } from "./state-needs";
import type { OtherStacks } from "./stack-file";
import type { System } from "./systems";
import { SYSTEM_NAMES, SYSTEMS } from "./systems";
import { unusedNeeds } from "./unused-needs";

/** What one part of a configuration needs of another. Read before the schema is, like the conflicts. */
export function needs(raw: Raw, otherStacks: OtherStacks): Problem[] {
  const hosts = group(raw["hosts"]);
  const systems = SYSTEM_NAMES.filter((system) => raw[system] !== undefined);
  return [
    ...Object.keys(hosts).flatMap((name) =>
      isSlug(name) ? [] : [{ path: "flowfleet:hosts", wrong: "must be named by lower-case letters, digits and hyphens", got: name }],
    ),
    ...Object.entries(hosts).flatMap(([name, host]) => createNeeds(`flowfleet:hosts.${name}`, group(host))),
    ...Object.entries(hosts).flatMap(([name, host]) => [...nginxNeeds(name, group(host)), ...takeOverNeeds(name, group(host))]),
    ...(["registries", "git"] as const).flatMap((key) => loginsOf(key, raw, hosts)),
    ...systems.flatMap((system) => hostOf(system, group(raw[system]), hosts)),
    ...accountOf(
      // Nobody asks an ACME server for the name of a tunnel, or of what AWS answers.
      systems
        .filter((system) => system !== "flatlogic")
        .map((system) => group(raw[system]))
        .filter(({ aws }) => aws === undefined),
      group(raw["acme"]),
    ),
    ...(raw["state"] === undefined ? [] : [...stateNeeds(group(raw["state"])), ...mirrorNeeds(group(raw["state"]), otherStacks)]),
    ...folderNeeds(raw),
    ...(raw["flowmaster"] === undefined ? [] : flowmasterNeeds(group(raw["flowmaster"]))),
    ...(raw["flowra"] === undefined ? [] : flowraNeeds(group(raw["flowra"]), hosts, group(raw["flowmaster"]), otherStacks)),
    ...(raw["flowstack"] === undefined ? [] : flowstackNeeds(group(raw["flowstack"]), hosts)),
    ...(raw["coreflow"] === undefined ? [] : coreflowNeeds(group(raw["coreflow"]), hosts, otherStacks)),
    ...(raw["flatlogic"] === undefined ? [] : flatlogicNeeds(group(raw["flatlogic"]))),
    ...unusedNeeds(raw),
  ];
}

const nginxNeeds = (name: string, { nginx, web }: Raw): Problem[] =>
  nginx === undefined || [true, "true", "private"].some((one) => one === web)
    ? []
    : [{ path: `flowfleet:hosts.${name}.nginx`, wrong: "is for a machine that has nginx", todo: "set web, or leave it out" }];

/** A machine's owner logs it in. */
function loginsOf(key: "registries" | "git", raw: Raw, hosts: Raw): Problem[] {
  if (Object.keys(hosts).length > 0 || Object.keys(group(raw[key])).length === 0) return [];
  return [
    { path: `flowfleet:${key}`, wrong: "is only for a stack that owns a host", todo: "set it in the stack file of the host's owner" },
  ];
}

/** The stack's own host has to have what the system needs. What another stack's host has is checked on it. */
function hostOf(system: System, settings: Raw, hosts: Raw): Problem[] {
  const { name, stack, ...borrowed } = group(settings["host"]);
  if (stack !== undefined || typeof name !== "string") return [];
  const astray = Object.keys(borrowed).map((key) => ({
    path: `flowfleet:${system}.host.${key}`,
    wrong: "is only for a host of another stack",
    todo: `set it in "flowfleet:hosts.${name}"`,
  }));
  if (!Object.hasOwn(hosts, name)) {
    const known = Object.keys(hosts);
    const near = nearest(name, known);
    return [
      ...astray,
      {
        path: `flowfleet:${system}.host.name`,
        wrong: "is no host of this stack",
        got: name,
        allowed: known.length === 0 ? "none is declared" : known.join(", "),
        todo:
          near === undefined
            ? `declare it in "flowfleet:hosts", or name the stack that owns it in "flowfleet:${system}.host.stack"`
            : `did you mean "${near}"?`,
      },
    ];
  }
  const host = group(hosts[name]);
  const lacks = (path: string, what: string, set: string): Problem => ({
    path: `flowfleet:hosts.${name}.${path}`,
    wrong: `${SYSTEMS[system]} needs ${what} on its host`,
    todo: `set it to ${set}`,
  });
  return [...astray, ...lackingParts(system, host).map(({ key, what, set }) => lacks(key, what, set))];
}

function accountOf(systems: readonly Raw[], acme: Raw): Problem[] {
  const isAcme = systems.some((settings) => {
    const { type = "http" } = group(group(settings["certificate"])["challenge"]);
    return type === "http" || type === "rfc2136" || type === "cloudflare";
  });
  if (!isAcme || acme["email"] !== undefined) return [];
  return [
    { path: "flowfleet:acme.email", wrong: "is missing", todo: "the ACME server writes to it when a certificate is about to expire" },
  ];
}

const TAKEN_OVER_BY: Readonly<Record<string, string>> = { nginx: "web", pm2: "node", docker: "docker" };

/** What is taken over has to be there afterwards. */
function takeOverNeeds(name: string, host: Raw): Problem[] {
  const words: unknown[] = Array.isArray(host["takeOver"]) ? host["takeOver"] : [];
  return words.flatMap((word, index) => {
    const setting = TAKEN_OVER_BY[String(word)];
    const path = `flowfleet:hosts.${name}.takeOver[${index}]`;
    if (words.indexOf(word) !== index) return [{ path, wrong: "is there twice", got: String(word), todo: "name it once" }];
    if (setting === undefined || ![undefined, false, "false"].some((none) => none === host[setting])) return [];
    return [{ path, wrong: `is for a machine that is to have ${String(word)}`, todo: `set ${setting}, or leave it out` }];
  });
}
