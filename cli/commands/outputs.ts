import type { Command } from "commander";
import type { OutputsFlags } from "../outputs";

/** `flowfleet outputs`: what a stack tells applications and pipelines. */
export function addOutputs(program: Command): void {
  program
    .command("outputs")
    .description("Print a stack's outputs for applications and pipelines, from its state: addresses, folders, branches, releases.")
    .requiredOption("--stack <name>", "stack name, as in Pulumi.<name>.yaml")
    .option("--format <format>", "dotenv, json, yaml, ts, k8s, github or gitlab", "dotenv")
    .option("--system <name>", "only of this system; its variables are then named without it: APP_URL")
    .option("--file <file>", "read them there: what `pulumi stack export` or `pulumi stack output --json` printed (default: ask pulumi)")
    .option("--rehearsal", "read them from the rehearsal's state")
    .option("--out <file>", "write them there instead of to standard output")
    .option("--secrets", "the variables of the systems, too, secrets in clear; only into a file, which nobody else can read (--out)")
    .addHelpText(
      "after",
      '\nExamples:\n  flowfleet outputs --stack staging --system flowmaster\n  flowfleet outputs --stack prod --format github >> "$GITHUB_ENV"\n  flowfleet outputs --stack prod --format json --out outputs.json\n  flowfleet outputs --stack staging --system flowmaster --secrets --out .env.staging',
    )
    .action(async (flags: OutputsFlags) => {
      const { printOutputs } = require("../outputs") as typeof import("../outputs");
      await printOutputs(flags);
    });
}
