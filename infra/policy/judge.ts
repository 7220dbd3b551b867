import { asKnown } from "./known-types";
import { nameOf, type Resource } from "./resource";
import { type Level, levelIn, type Rule, type Surroundings } from "./rule";
import { RULES } from "./rules";
import { secretsOf } from "./rules/secrets";
import type { Exception, PolicySettings } from "./settings";

export interface Violation {
  rule: string;
  level: Exclude<Level, "disabled">;
  urn: string;
  /** What is wrong and what to do. Never with a secret in it. */
  wrong: string;
  /** Of those that the stack's configuration lists. */
  exception?: Exception;
  /** One that was listed until that day. */
  expired?: string;
}

export interface Judgement {
  violations: Violation[];
  /** Exceptions of what is not broken. One that ended is not among them: what it excused counts again. */
  unused: Exception[];
}

/** Where and when it is judged. */
export interface Circumstances {
  /** Name of the stack. */
  environment: string;
  /** Such as "2026-11-21". */
  today: string;
  settings: PolicySettings;
}

/** The rules that are asked in an environment, each with its level there. */
export const rulesIn = ({
  environment,
  settings,
}: Pick<Circumstances, "environment" | "settings">): { name: string; rule: Rule; level: Level }[] =>
  Object.entries(RULES).map(([name, rule]) => ({ name, rule, level: settings.levels[name] ?? levelIn(rule.level, environment) }));

/** Rules of which the stack's configuration asks less than they do by themselves, a line each. */
export const lowered = ({ environment, settings }: Pick<Circumstances, "environment" | "settings">): string[] =>
  rulesIn({ environment, settings })
    .map(({ name, rule, level }) => ({ name, level, own: levelIn(rule.level, environment) }))
    .filter(({ level, own }) => STRENGTH.indexOf(level) < STRENGTH.indexOf(own))
    .map(({ name, level, own }) => `${name} is ${level} here; by itself it is ${own}`);
const STRENGTH: readonly Level[] = ["disabled", "advisory", "mandatory"];

/** What one rule has to say of one resource. */
export function violationsOf(
  { name, rule, level }: { name: string; rule: Rule; level: Level },
  resource: Resource,
  stack: Surroundings,
  { today, settings }: Pick<Circumstances, "today" | "settings">,
): Violation[] {
  if (level === "disabled" || (rule.on && !rule.on.includes(resource.type))) return [];
  const listed = settings.exceptions.filter((one) => one.rule === name && matches(one.resource, resource.name));
  const exception = listed.find(({ until }) => today <= until);
  const expired = exception ? undefined : listed[0]?.until;
  return rule.check(resource, stack).map((wrong) => ({
    rule: name,
    level,
    urn: resource.urn,
    wrong,
    ...(exception && { exception }),
    ...(expired !== undefined && { expired }),
  }));
}

/** What the rules say of all resources of a stack. */
export function judge(planned: readonly Resource[], circumstances: Circumstances): Judgement {
  const resources = planned.map(asKnown);
  const stack: Surroundings = { resources, secrets: secretsOf(resources) };
  const rules = rulesIn(circumstances);
  const violations = resources.flatMap((resource) => rules.flatMap((rule) => violationsOf(rule, resource, stack, circumstances)));
  return {
    violations,
    unused: circumstances.settings.exceptions.filter(
      (exception) => !violations.some(({ rule, urn }) => rule === exception.rule && matches(exception.resource, nameOf(urn))),
    ),
  };
}

/** What must not be deployed, of a judgement or of a plan's report. */
export const blocking = <T extends { level: Level; exception?: unknown }>({ violations }: { violations: readonly T[] }): T[] =>
  violations.filter(({ level, exception }) => level === "mandatory" && exception === undefined);

const matches = (pattern: string, name: string): boolean =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  ).test(name);
