import type { RawStack } from "./borrowed-hosts";
import type { Finding } from "./places";
import { group } from "./raw";

/** For so many days before its last one an exception is told of. */
const NOTICE = 30;

export interface EndingExceptions {
  /** Their last day is over. */
  ended: Finding[];
  /** It is near. */
  ending: Finding[];
}

/**
 * Exceptions from policies that end. The plan and the program take those that have: what they excused counts again, from one day to the next.
 *
 * @param today Such as "2026-11-22".
 */
export function endingExceptions(stacks: readonly RawStack[], today: string): EndingExceptions {
  const all = stacks.flatMap(({ stack, raw }) => {
    const { exceptions } = group(raw["policies"]);
    return (Array.isArray(exceptions) ? exceptions : []).flatMap((exception, index) => {
      const { rule, until } = group(exception);
      // As written, or as Pulumi hands a day over that has no quotes.
      const [day] = /^\d{4}-\d\d-\d\d/.exec(String(until)) ?? [];
      const left = day === undefined ? NaN : (Date.parse(day) - Date.parse(today)) / 86_400_000;
      const finding = (wrong: string): Finding => ({
        file: `Pulumi.${stack}.yaml`,
        path: `flowfleet:policies.exceptions[${index}].until`,
        wrong,
        got: day,
        todo: "mend what it excuses, or answer for it to a later day",
      });
      return left <= NOTICE ? [{ left, finding, rule: String(rule) }] : [];
    });
  });
  return {
    ended: all.flatMap(({ left, finding, rule }) => (left < 0 ? finding(`is over: the rule ${rule} counts again`) : [])),
    ending: all.flatMap(({ left, finding, rule }) =>
      left < 0 ? [] : finding(`is near: from the day after it the rule ${rule} counts again`),
    ),
  };
}
