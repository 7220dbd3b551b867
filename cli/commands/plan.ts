import type { Command } from "commander";
import { CliError } from "../explain";

/** `flowfleet plan`: what a stack declares, planned offline. */
export function addPlan(program: Command): void {
  program
    .command("plan")
    .description(
      "Plan a stack offline, from nothing: no credentials, no plug-ins, no state, no network. Secrets are masked; missing ones are stood in for.",
    )
    .requiredOption("--stack <name>", "stack name, as in Pulumi.<name>.yaml")
    .option("--format <format>", "text or json", "text")
    .option("--out <file>", "write the plan there instead of to standard output")
    .addHelpText(
      "after",
      "\nThe outputs of stacks that it refers to are planned, too, and marked as assumed.\n\nExample:\n  flowfleet plan --stack prod --format json --out plan.json",
    )
    .action(async (flags: { stack: string; format: string; out?: string }) => {
      if (flags.format !== "text" && flags.format !== "json") throw new CliError(`--format ${flags.format}: must be text or json.`);
      const { printPlan } = require("../plan") as typeof import("../plan");
      await printPlan({ ...flags, format: flags.format });
    });
}
