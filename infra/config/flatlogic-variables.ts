import * as z from "zod";
import type { Values, Variable } from "../../stacks/flatlogic/variables";
import { VARIABLES } from "../../stacks/flatlogic/variables";
import * as f from "./fields";
import type { Secret } from "./secret";

/** A field for each variable that the guide names, with its type and its default. */
export const variables = z
  // With nothing below it, it is as if it were not there: all that is missing is told.
  .preprocess(
    (given) => given ?? {},
    z.strictObject(Object.fromEntries(Object.entries(VARIABLES).map(([name, variable]) => [name, fieldOf(variable)]))),
  )
  .prefault({})
  // The table says which is of which type; zod cannot follow it there.
  .transform((read) => read as unknown as Values<Secret>);

function fieldOf(variable: Variable): z.ZodType {
  switch (variable.kind) {
    case "text":
      return settled(f.text(), variable);
    case "name":
      return settled(f.slug(), variable);
    case "hostName":
      return settled(f.hostName(), variable);
    case "url":
      return settled(f.socketUrl(), variable);
    case "number":
      return settled(f.integer(variable.low, variable.high), variable);
    case "choice":
      return settled(f.choice(...variable.values), variable);
    case "origins":
      return settled(z.array(f.origin()).min(1, "must name a web page"), variable);
    case "secret":
      return settled(f.secret(), variable);
    case "generated":
      return f.strongSecret(variable.least).optional();
    case "made":
      return f.made(variable.why);
    default:
      return variable satisfies never;
  }
}

function settled(field: z.ZodType, { default: otherwise, required }: Variable): z.ZodType {
  if (otherwise !== undefined) return field.default(otherwise);
  return required ? field : field.optional();
}
