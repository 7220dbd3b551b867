import type { Command } from "commander";
import pc from "picocolors";

/** `flowfleet doctor`: what this machine lacks and how to get it. */
export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("Say what this machine lacks for planning, rehearsing and deploying, and how to get it.")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", "\nExit status 1 if something is missing that planning or rehearsing needs.\n\nExample:\n  flowfleet doctor")
    .action(async (flags: { json?: boolean }) => {
      const { examine } = require("../doctor") as typeof import("../doctor");
      const findings = await examine();
      if (flags.json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
      else
        for (const { name, found, neededFor, ok, remedy, required } of findings)
          process.stdout.write(
            `${ok ? pc.green("✓") : required ? pc.red("✗") : pc.yellow("–")} ${name}: ${found}${ok ? "" : `\n    needed for: ${neededFor}\n    ${remedy}`}\n`,
          );
      if (findings.some((finding) => !finding.ok && finding.required)) process.exitCode = 1;
    });
}
