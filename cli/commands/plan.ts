import type { Command } from "commander";
import { UsageError } from "../explain";
import type { Failing } from "../plan/failures";
import type { Format } from "../plan/formats";

/** `flowfleet plan`: what a change of the checkout would do, planned offline. */
export function addPlan(program: Command): void {
  program
    .command("plan")
    .description(
      "Plan offline what changes: no credentials, no plug-ins, no state, no network, the same bytes every time. Secrets, account ids and private addresses are masked.",
    )
    .option("--stack <name...>", "stack names, as in Pulumi.<name>.yaml (default: all)")
    .option(
      "--against <what>",
      "branch, tag or commit; golden: the plan that is committed in infra/golden; nothing: all is new (default: golden)",
    )
    .option("--against-state <file>", "what `pulumi stack export` wrote; its secrets are not decrypted")
    .option("--format <format>", "text, markdown, html or json", "text")
    .option("--limit <bytes>", "most bytes of Markdown: the summary is always whole (GitHub: 65536, GitLab: 1000000)")
    .option("--fail-on <what...>", "exit with 3 when there is any: data, down; violations, which are those of mandatory rules, always")
    .option("--expect <digest>", "exit with 3 unless the plan is the one with this digest, which somebody has read")
    .option("--preview <file>", "with --expect: what `pulumi preview --json` wrote must have the same steps, too")
    .option("--resumed", "with --preview: the last update failed half-way; steps that it has done may be missing")
    .option("--no-cache", "plan the other side anew, even where .flowfleet/plans has what it came to")
    .option("--out <file>", "write the plan there instead of to standard output")
    .addHelpText(
      "after",
      "\nThe outputs of stacks that one refers to are planned, too. Exit status: 0 whatever changes, 1 it cannot be planned, 2 the command line is\n" +
        "wrong, 3 a mandatory rule is broken (docs/policies.md), something of --fail-on, or not the plan of --expect.\n\nExamples:\n  flowfleet plan --stack prod --against origin/main\n" +
        "  flowfleet plan --against origin/main --format markdown --limit 65536 --out plan.md\n  flowfleet plan --stack prod --against-state state.json --format json",
    )
    .action(async (flags: RawFlags) => {
      const { FORMAT_NAMES } = require("../plan/formats") as typeof import("../plan/formats");
      const { FAILING } = require("../plan/failures") as typeof import("../plan/failures");
      const format = oneOf<Format>("--format", flags.format, FORMAT_NAMES);
      const failOn = ["violations", ...(flags.failOn ?? [])].map((what) => oneOf<Failing>("--fail-on", what, FAILING));
      const { limit: given, ...others } = flags;
      if (given !== undefined && format !== "markdown") throw new UsageError(`--limit goes with --format markdown, not with ${format}.`);
      checkExpected(flags);
      const { printPlan } = require("../plan") as typeof import("../plan");
      await printPlan({ ...others, stack: flags.stack ?? [], format, failOn, ...limitOf(given) });
    });
}

interface RawFlags {
  stack?: string[];
  against?: string;
  againstState?: string;
  format: string;
  limit?: string;
  failOn?: string[];
  out?: string;
  expect?: string;
  preview?: string;
  resumed?: boolean;
  cache?: boolean;
}

function checkExpected({ expect, preview, resumed }: RawFlags): void {
  if (expect !== undefined && !/^[0-9a-f]{64}$/i.test(expect))
    throw new UsageError(`--expect ${expect}: must be the digest of a plan, 64 hexadecimal digits, as in its JSON.`);
  if (preview !== undefined && expect === undefined) throw new UsageError("--preview goes with --expect.");
  if (resumed === true && preview === undefined) throw new UsageError("--resumed goes with --preview.");
}

function oneOf<T extends string>(flag: string, given: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === given);
  if (found === undefined) throw new UsageError(`${flag} ${given}: must be one of ${allowed.join(", ")}.`);
  return found;
}

function limitOf(given: string | undefined): { limit?: number } {
  if (given === undefined) return {};
  const limit = Number(given);
  if (!Number.isInteger(limit) || limit < 1000) throw new UsageError(`--limit ${given}: must be a number of bytes, at least 1000.`);
  return { limit };
}
