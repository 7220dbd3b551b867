import { Command, CommanderError } from "commander";
import { addBench } from "./commands/bench";
import { addBootstrap } from "./commands/bootstrap";
import { addDoctor } from "./commands/doctor";
import { addEngine } from "./commands/engine";
import { addOutputs } from "./commands/outputs";
import { addPlan } from "./commands/plan";
import { addRehearse } from "./commands/rehearse";
import { addReview } from "./commands/review";
import { addValidate } from "./commands/validate";
import { explain, UsageError } from "./explain";

/** The whole command line; each command is one file in `commands/` and loads what it needs when it runs. */
export function commandLine(): Command {
  const program = new Command("flowfleet")
    .description("Plans, rehearses and checks the stacks of this checkout. To deploy one for real: pulumi up -s STACK.")
    .version("0.1.0")
    .showHelpAfterError("(--help lists what there is)")
    .exitOverride();
  for (const add of [addDoctor, addValidate, addPlan, addReview, addOutputs, addBootstrap, addRehearse, addEngine, addBench]) add(program);
  return program;
}

/** Exit status: 0 done, 1 it failed (the reason is on stderr), 2 the command line itself is wrong, 130 stopped by Ctrl-C. */
export async function main(argv: string[]): Promise<void> {
  const program = commandLine();
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
