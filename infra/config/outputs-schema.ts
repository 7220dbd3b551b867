import * as z from "zod";
import { account } from "./aws-schema";
import * as f from "./fields";

/** Folder in Parameter Store. */
export const parameterFolder = () =>
  f.matches(
    /^\/(?![aA][wW][sS]|[sS][sS][mM])[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+){0,8}$/,
    'must be a folder such as "/flowfleet/prod" that does not begin with aws or ssm',
  );

/** Where outputs are, beside the state. */
export const outputs = f.group({
  mirror: z.strictObject({ ...account, path: parameterFolder().optional() }).optional(),
});
