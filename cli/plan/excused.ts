import type { StackReport, Violation } from "./report";

/** Violations that count. */
export const counting = ({ violations }: Pick<StackReport, "violations">): Violation[] =>
  violations.filter(({ exception }) => exception === undefined);

/** Violations that the configuration excuses, with a reason and a last day. */
export const excused = ({ violations }: Pick<StackReport, "violations">): Violation[] =>
  violations.filter(({ exception }) => exception !== undefined);
