import { judge, lowered } from "../../infra/policy/judge";
import { NO_SETTINGS, type PolicySettings } from "../../infra/policy/settings";
import type { Plan } from "../../rehearsal/plan";
import { judgedResource } from "./judged-resource";
import { maskText } from "./mask";
import type { UnusedSetting, Violation } from "./report";
import { whose } from "./whose";

/** What the rules of `infra/policy` say of a planned stack. */
export interface Judged {
  /** First those that stop a deployment, then advice, among it which levels the configuration lowers, then what is excused. */
  violations: Violation[];
  /** Exceptions that excuse nothing. */
  unused: UnusedSetting[];
}

/**
 * Asks the rules of a planned stack.
 *
 * @param settings `flowfleet:policies` of the stack.
 * @param today On which exceptions hold, such as "2026-11-21".
 */
export function judged(
  { stack, judged: views, resources }: Pick<Plan, "stack" | "judged" | "resources">,
  settings: PolicySettings = NO_SETTINGS,
  today = new Date().toISOString().slice(0, 10),
): Judged {
  const { violations, unused } = judge(views.map(judgedResource), { environment: stack, today, settings });
  const less = lowered({ environment: stack, settings }).map((message): Violation => ({
    rule: "lowered-levels",
    level: "advisory",
    system: "stack",
    message,
  }));
  const { system } = whose({ resources });
  const planned = new Map(resources.map((one) => [one.urn, one]));
  const told = violations.map(({ rule, level, urn, wrong, exception, expired }): Violation => {
    const ended = expired === undefined ? "" : ` (the exception for it ended on ${expired})`;
    return {
      rule,
      level,
      urn,
      system: system(planned.get(urn) ?? { urn }),
      message: maskText(`${wrong}${ended}`),
      ...(exception && { exception: { reason: exception.reason, expires: exception.until } }),
    };
  });
  return {
    violations: [...told, ...less].sort((a, b) => weight(a) - weight(b) || compare(a.rule, b.rule) || compare(a.urn ?? "", b.urn ?? "")),
    unused: unused.map((exception) => ({
      file: `Pulumi.${stack}.yaml`,
      path: `flowfleet:policies.exceptions[${settings.exceptions.indexOf(exception)}]`,
      what: `${exception.resource} does not break ${exception.rule}: take it out`,
    })),
  };
}

const weight = ({ level, exception }: Violation): number => (exception ? 2 : level === "mandatory" ? 0 : 1);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
