import type { Command } from "commander";
import { CliError } from "../explain";

/** `flowfleet plan`: what a stack declares, planned offline. */
export function addPlan(program: Command): void {
  program
    .command("plan")
    .description(
      "Plan a stack offline, from nothing or against another commit: no credentials, no plug-ins, no state, no network. Secrets are masked; missing ones are stood in for.",
    )
    .requiredOption("--stack <name>", "stack name, as in Pulumi.<name>.yaml")
    .option("--format <format>", "text or json", "text")
    .option("--base <ref>", "branch, tag or commit: plan what changes against it, with the lines that differ and what is down for how long")
    .option("--out <file>", "write the plan there instead of to standard output")
    .addHelpText(
      "after",
      "\nThe outputs of stacks that it refers to are planned, too, and marked as assumed.\n\nExamples:\n  flowfleet plan --stack prod --format json --out plan.json\n  flowfleet plan --stack prod --base main",
    )
    .action(async (flags: { stack: string; format: string; out?: string; base?: string }) => {
      if (flags.format !== "text" && flags.format !== "json") throw new CliError(`--format ${flags.format}: must be text or json.`);
      const { printPlan } = require("../plan") as typeof import("../plan");
      await printPlan({ ...flags, format: flags.format });
    });
}
