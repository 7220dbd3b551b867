import { blocking } from "../../infra/policy/judge";
import type { PlanReport } from "./report";
import { interruptionText, violationText } from "./words";

/** What `--fail-on` can name. */
export const FAILING = ["data", "down", "violations"] as const;
export type Failing = (typeof FAILING)[number];

/** Why a plan is held to be a failure, a line each; none where it is not. */
export function failures({ stacks }: PlanReport, failOn: readonly Failing[]): string[] {
  return stacks.flatMap((report) => {
    const { stack, data, interruptions } = report;
    const found = {
      data: data.map(({ what }) => what),
      down: interruptions.filter(({ seconds }) => seconds !== 0).map(interruptionText),
      violations: blocking(report).map(violationText),
    };
    return failOn.flatMap((what) => found[what].map((line) => `--fail-on ${what}: ${stack}: ${line}`));
  });
}
