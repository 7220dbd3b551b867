import * as z from "zod";
import type { PublicVariables, SecretName, Variable } from "../../stacks/flowra/variables";
import { VARIABLES } from "../../stacks/flowra/variables";
import * as f from "./fields";
import type { Secret } from "./secret";

/** As they are read: `FLOWRA_ENV` has no default before the environment is known. */
export type Variables = Omit<PublicVariables, "FLOWRA_ENV"> & { FLOWRA_ENV?: string | undefined } & Partial<Record<SecretName, Secret>>;

/** A field for each variable of the guide, with its type and its default. */
export const variables = z
  .strictObject(Object.fromEntries(Object.entries(VARIABLES).map(([name, variable]) => [name, fieldOf(variable)])))
  .prefault({})
  // The table says which is of which type; zod cannot follow it there.
  .transform((read) => read as unknown as Variables);

function fieldOf(variable: Variable): z.ZodType {
  switch (variable.kind) {
    case "text":
      return orDefault(f.text(), variable);
    case "name":
      return orDefault(f.slug(), variable);
    case "number":
      return orDefault(f.integer(variable.low, variable.high), variable);
    case "duration":
      return orDefault(f.goDuration(), variable);
    case "choice":
      return orDefault(f.choice(...variable.values), variable);
    case "secret":
      return f.strongSecret(variable.least).optional();
    case "made":
      return f.made(variable.why);
    default:
      return variable satisfies never;
  }
}

function orDefault(field: z.ZodType, { default: otherwise }: Variable): z.ZodType {
  return otherwise === undefined ? field.optional() : field.default(otherwise);
}
