import { existsSync } from "node:fs";
import * as path from "node:path";
import { stackNames } from "../infra/config/stacks";
import { CliError } from "./explain";

/** The checkout this command line belongs to. */
export const checkout = path.resolve(__dirname, "..");

/** Where everything that is not committed lives: states of rehearsals, keys of throwaway servers, caches. */
export const homeFolder = (): string => process.env["FLOWFLEET_HOME"] ?? path.join(checkout, ".flowfleet");

/** Refuses a stack that does not exist, naming those that do. */
export function checkStack(stack: string): string {
  if (!existsSync(path.join(checkout, `Pulumi.${stack}.yaml`)))
    throw new CliError(`--stack ${stack}: there is no Pulumi.${stack}.yaml. Stacks of this checkout: ${stackNames(checkout).join(", ")}.`);
  return stack;
}
