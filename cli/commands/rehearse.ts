import type { Command } from "commander";
import { CliError } from "../explain";
import { flagProblems, type RehearseFlags } from "../rehearse-flags";

/** `flowfleet rehearse`: a stack on throwaway servers. */
export function addRehearse(program: Command): void {
  program
    .command("rehearse")
    .description("Bring a stack up for real on throwaway servers: SSH, systemd, nginx, ACME, Docker. The stacks it refers to come first.")
    .requiredOption("--stack <name>", "stack name, as in Pulumi.<name>.yaml")
    .option(
      "--systems <names...>",
      "only these systems of the stack, with the servers and stacks that they need (default: all); others that stand there stay",
    )
    .option("--twice", "run the program a second time, which must change nothing")
    .option("--down", "remove the throwaway servers, their network, keys and states (images stay, as a cache)")
    .option("--status", "say what stands there")
    .option("--ssh <host>", "log in to a throwaway server, as the deploy user")
    .option("--os <name>", "debian-12, ubuntu-22.04 or ubuntu-24.04 (where a base image or mirror is in reach)", "debian-12")
    .option("--images <which>", "local: stand-ins built here under the production names; real: the configured registry's", "local")
    .option("--json", "with --status: print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  flowfleet rehearse --stack local\n  flowfleet rehearse --stack prod --twice\n  flowfleet rehearse --stack prod --systems flowra --twice\n  flowfleet rehearse --stack prod --status --json\n  flowfleet rehearse --stack prod --down",
    )
    .action(async (flags: RehearseFlags) => {
      const problems = flagProblems(flags);
      if (problems.length > 0) throw new CliError(problems.join("\n"));
      const { bringDown, login, rehearseStack, showStatus } = require("../rehearse") as typeof import("../rehearse");
      if (flags.down) await bringDown(flags.stack);
      else if (flags.status) await showStatus(flags.stack, flags.json ?? false);
      else if (flags.ssh !== undefined) await login(flags.stack, flags.ssh);
      else await rehearseStack(flags);
    });
}
