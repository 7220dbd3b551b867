import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { CliError } from "./explain";

/** The checkout this command line belongs to. */
export const checkout = path.resolve(__dirname, "..");

/** Where everything that is not committed lives: states of rehearsals, keys of throwaway servers, caches. */
export const homeFolder = (): string => process.env["FLOWFLEET_HOME"] ?? path.join(checkout, ".flowfleet");

/** Stacks that have a `Pulumi.<stack>.yaml`. */
export function stacksOf(folder: string = checkout): string[] {
  return readdirSync(folder)
    .map((file) => /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}

/** Refuses a stack that does not exist, naming those that do. */
export function checkStack(stack: string): string {
  if (!existsSync(path.join(checkout, `Pulumi.${stack}.yaml`)))
    throw new CliError(`--stack ${stack}: there is no Pulumi.${stack}.yaml. Stacks of this checkout: ${stacksOf().join(", ")}.`);
  return stack;
}
