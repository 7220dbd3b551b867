import type { Command } from "commander";

/** `flowfleet bench`: the figures of docs/benchmarks.md. */
export function addBench(program: Command): void {
  program
    .command("bench")
    .description(
      "Time the main job on this machine: from nothing, with the images cached, with nothing to do; and planning. Prints ratios to the aims.",
    )
    .option("--only <names...>", "some of: plan, cold, warm, unchanged")
    .addHelpText(
      "after",
      "\n`cold` first removes every image that rehearsals have built on this machine, other checkouts' too.\n\nExample:\n  flowfleet bench --only plan unchanged",
    )
    .action(async (flags: { only?: string[] }) => {
      const { bench } = require("../bench") as typeof import("../bench");
      await bench(flags.only);
    });
}
