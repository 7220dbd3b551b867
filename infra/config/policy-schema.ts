import * as z from "zod";
import { type Level, LEVELS } from "../policy/rule";
import { RULE_NAMES } from "../policy/names";
import * as f from "./fields";
import { nearest } from "./problems";

const NAMES: readonly string[] = RULE_NAMES;
const WHERE = "docs/policies.md has them all";

/** Rule -> level. All that is wrong in it at once, names and levels. */
const levels = z.unknown().transform((value, context): Readonly<Record<string, Level>> => {
  const wrong = (path: string[], message: string, params: object): void => {
    context.addIssue({ code: "custom", message, params, path, input: value });
  };
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    wrong([], "must be a group of settings", {});
    return z.NEVER;
  }
  for (const [rule, level] of Object.entries(value)) {
    const near = nearest(rule, NAMES);
    // It is the name that is wrong: its level is not shown.
    if (!NAMES.includes(rule)) wrong([rule], "is no rule", { secret: true, todo: near === undefined ? WHERE : `did you mean "${near}"?` });
    else if (!LEVELS.includes(level as Level)) wrong([rule], "is none of the values allowed", { allowed: LEVELS.join(", ") });
  }
  return value as Readonly<Record<string, Level>>;
});

/** What an exception is of: all resources together are no exception. */
const resource = f
  .matches(/^[\w.:@/*-]+$/, "must be the name of a resource, as plans have it; a star stands for any letters")
  .superRefine((name, context) => {
    if (!name.includes("*") || /\w{3}/.test(name)) return;
    const message = "must name what it excuses, by three letters or more beside the stars";
    context.addIssue({ code: "custom", message, params: { todo: "to be told of a rule only, set its level to advisory" }, input: name });
  });

/** Years after which somebody looks at an exception again. */
const LONGEST = 2;
const until = f.day().superRefine((day, context) => {
  const end = new Date();
  end.setUTCFullYear(end.getUTCFullYear() + LONGEST);
  const last = end.toISOString().slice(0, 10);
  if (day > last)
    context.addIssue({ code: "custom", message: `must be within ${LONGEST} years`, params: { allowed: `up to ${last}` }, input: day });
});

/** How the rules of `infra/policy` are applied to a stack, and what they excuse there. */
export const policies = z.strictObject({
  levels: levels.prefault({}),
  exceptions: z
    .array(
      z.strictObject({
        rule: f.known(NAMES, "is no rule", WHERE),
        resource,
        reason: f.text(),
        until,
      }),
    )
    .default([]),
});
