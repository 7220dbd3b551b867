/** Arguments of the pulumi command line as the engine's options. */
import type { EngineOptions } from "..";

const FLAGS: Record<string, Partial<EngineOptions>> = {
  "--target-dependents": { targetDependents: true },
  "--continue-on-error": { continueOnError: true },
  "--exclude-protected": { excludeProtected: true },
  "--expect-no-changes": { expectNoChanges: true },
  "--preview-only": { previewOnly: true },
  "--refresh": { refreshFirst: true },
  "--run-program": { runProgram: true },
};

export function optionsOf(args: string[]): Partial<EngineOptions> {
  const options: Partial<EngineOptions> = {};
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (FLAGS[arg]) Object.assign(options, FLAGS[arg]);
    else if (arg === "--target") (options.targets ??= []).push(rest.shift() ?? "");
    else if (arg === "--exclude") (options.excludes ??= []).push(rest.shift() ?? "");
    else if (arg === "--replace") (options.replaceTargets ??= []).push(rest.shift() ?? "");
    else if (arg === "--target-replace") {
      const urn = rest.shift() ?? "";
      (options.targets ??= []).push(urn);
      (options.replaceTargets ??= []).push(urn);
    } else throw new Error(`the recordings' ${arg} has no option of the engine`);
  }
  return options;
}
