import { z } from "zod";
import type { PlanReport } from "../plan/report";

/**
 * A report that somebody hands in, as `../plan/report.ts` describes it. It may be a fork's: what is no number or none of the words that are
 * known would go into a page and a comment unasked.
 */
const count = z.number().int().min(0);
const text = z.string();
const texts = z.array(text);
const op = z.enum(["create", "update", "replace", "delete"]);
const anyOp = z.enum([...op.options, "same"]);
const counts = z.object({ create: count, update: count, replace: count, delete: count, same: count, folded: count });

const against = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("commit"), name: text, commit: z.string().regex(/^[0-9a-f]{40,64}$/) }),
  z.object({ kind: z.literal("golden") }),
  z.object({ kind: z.literal("state"), file: text }),
  z.object({ kind: z.literal("nothing") }),
]);

const resource = z.object({
  op,
  urn: text,
  name: text,
  type: text,
  kind: text,
  system: text,
  parent: text.optional(),
  protected: z.boolean(),
  imported: z.literal(true).optional(),
  replaceBecause: texts,
  properties: z.array(
    z.object({ path: text, before: z.unknown().optional(), after: z.unknown().optional(), secret: z.boolean(), unknown: z.boolean() }),
  ),
  files: z.array(
    z.object({
      path: text,
      was: text.optional(),
      op: z.enum(["create", "update", "delete"]),
      hunks: z.array(z.object({ oldStart: count, newStart: count, lines: z.array(z.string().regex(/^[ +-]/)) })),
    }),
  ),
});

const stack = z.object({
  stack: z.string().regex(/^[\w.-]+$/),
  isNew: z.boolean(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  counts,
  summary: z.array(z.object({ system: text, environment: text, counts, text })),
  interruptions: z.array(
    z.object({
      urn: text,
      name: text,
      system: text,
      way: z.enum(["side by side", "reload", "restart", "stop-first", "files", "gone", "other"]),
      seconds: z.number().min(0).optional(),
      what: text,
      because: texts,
    }),
  ),
  data: z.array(
    z.object({
      urn: text,
      name: text,
      type: text,
      system: text,
      op: z.enum(["delete", "replace"]),
      protected: z.boolean(),
      data: z.enum(["lost", "left", "kept"]),
      what: text,
    }),
  ),
  security: z.array(
    z.object({
      kind: z.enum(["port", "permission", "tls", "secret", "access", "protection"]),
      change: z.enum(["added", "removed", "changed"]),
      opens: z.boolean(),
      urn: text,
      system: text,
      what: text,
      mark: z
        .string()
        .regex(/^[0-9a-f]{12}$|^\(account\)$/)
        .optional(),
    }),
  ),
  resources: z.array(resource),
  folded: z.array(z.object({ op, urn: text, name: text, type: text, system: text, why: text, follows: text.optional() })),
  outputs: z.array(
    z.object({
      path: text,
      change: z.enum(["added", "removed", "changed", "retyped"]),
      breaking: z.boolean(),
      unknown: z.literal(true).optional(),
      before: z.unknown().optional(),
      after: z.unknown().optional(),
      what: text.optional(),
    }),
  ),
  cost: z.array(
    z.object({
      what: text,
      currency: z.enum(["USD", "EUR"]),
      before: z.number().optional(),
      after: z.number().optional(),
      unpriced: z.object({ before: z.array(text), after: z.array(text) }).optional(),
      basis: text,
    }),
  ),
  violations: z.array(
    z.object({
      rule: text,
      level: z.enum(["mandatory", "advisory"]),
      urn: text.optional(),
      system: text,
      message: text,
      isNew: z.boolean().optional(),
      exception: z.object({ reason: text, expires: text }).optional(),
    }),
  ),
  unused: z.array(z.object({ file: text, line: count.optional(), path: text, what: text })),
  tree: z.array(
    z.object({
      urn: text,
      name: text,
      type: text,
      kind: text,
      system: text,
      op: anyOp,
      custom: z.boolean(),
      parent: text.optional(),
      dependencies: texts,
    }),
  ),
  notes: texts,
});

export const planReport = z.object({ version: z.literal(1), against, stacks: z.array(stack) }) satisfies z.ZodType<PlanReport>;
