import type { Command } from "commander";

/** `flowfleet validate`: the configuration of one stack, or of all. */
export function addValidate(program: Command): void {
  program
    .command("validate")
    .description(
      "Check stack files and release files, each problem with its line and column; list secrets that are missing, each with the command that sets it.",
    )
    .option("--stack <name...>", "stack names, as in Pulumi.<name>.yaml (default: all)")
    .option("--strict", "a missing secret is a failure, too, as it is for `pulumi up`")
    .option("--json", "print the findings as JSON, each with file, line and column")
    .addHelpText("after", "\nExit status 1 if anything is wrong.\n\nExample:\n  flowfleet validate --stack prod")
    .action((flags: { stack?: string[]; strict?: boolean; json?: boolean }) => {
      const { validateStacks } = require("../validate") as typeof import("../validate");
      validateStacks(flags);
    });
}
