import * as z from "zod";
import type { GivenName, NumberName, SecretName, TextName, Variable } from "../../stacks/coreflow/variables";
import { MUMBAI, VARIABLES } from "../../stacks/coreflow/variables";
import * as f from "./fields";
import type { Secret } from "./secret";

/** As they are read. */
export type Variables = Record<TextName, string> &
  Record<NumberName, number> &
  Record<GivenName, Secret> &
  Partial<Record<SecretName, Secret>>;

/** Why the guide's chain will not do. */
export const NO_MUMBAI = "is Polygon Mumbai, which was shut down in April 2024";

/** A field for each variable of `.env`. */
export const variables = z
  // With nothing below it, it is as if it were not there: all that is missing is told.
  .preprocess(
    (given) => given ?? {},
    z.strictObject(Object.fromEntries(Object.entries(VARIABLES).map(([name, variable]) => [name, fieldOf(name, variable)]))),
  )
  .prefault({})
  // The table says which is of which type; zod cannot follow it there.
  .transform((read) => read as unknown as Variables);

function fieldOf(name: string, variable: Variable): z.ZodType {
  switch (variable.kind) {
    case "text":
      return variable.default === undefined ? f.text() : f.text().default(variable.default);
    case "number":
      return f.integer(variable.low, variable.high);
    case "given":
      return name === "BLOCKCHAIN_RPC_URL" ? f.secretWithout(MUMBAI.word, NO_MUMBAI) : f.secret();
    case "secret":
      return f.strongSecret(16).optional();
    case "made":
      return f.made(variable.why);
    default:
      return variable satisfies never;
  }
}
