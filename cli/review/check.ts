import { blocking } from "../../infra/policy/judge";
import type { PlanReport } from "../plan/report";
import { headline } from "../plan/summary";
import { dataAlarms } from "../plan/words";
import type { Check } from "./forge";

/** Fails where a mandatory rule is broken without an exception, as the deployment would. */
export function checkOf({ stacks }: PlanReport, summary: string): Check {
  const broken = stacks.flatMap(blocking).length;
  const words = [
    ...(broken > 0 ? [`${broken} mandatory ${broken === 1 ? "rule" : "rules"} broken`] : []),
    ...dataAlarms(stacks.flatMap(({ data }) => data)),
    ...stacks.flatMap((stack) => stack.summary.map(({ text }) => (stacks.length > 1 ? `${stack.stack}: ${text}` : text))),
  ];
  return { passed: broken === 0, title: (words.length > 0 ? words : [...new Set(stacks.map(headline))]).join("; "), summary };
}
