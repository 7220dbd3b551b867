import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Command } from "commander";
import type { ConfigValue, EngineEvent, EngineOptions, Result, UntypedDeployment } from "../../rehearsal/engine";
import { CliError } from "../explain";
import { onInterrupt } from "../interrupt";
import { Progress } from "../progress";
import { summaryText } from "../summary";

interface EngineFlags {
  cwd: string;
  stack: string;
  state?: string;
  config: string[];
  secret: string[];
  target: string[];
  replace: string[];
  parallel?: string;
  events?: string;
  file?: string;
  showSecrets?: boolean;
  json?: boolean;
}

const operations = ["preview", "up", "refresh", "destroy", "export", "import", "outputs"] as const;
type Operation = (typeof operations)[number];

/** `flowfleet engine`: any Pulumi Node program on the offline engine. */
export function addEngine(program: Command): void {
  program
    .command("engine")
    .description("Run a Pulumi Node.js program on the offline engine: no account, no plug-ins, only loopback addresses and local commands.")
    .argument("<operation>", operations.join(", "))
    .requiredOption("--cwd <dir>", "folder with Pulumi.yaml")
    .requiredOption("--stack <name>", "stack name, as in Pulumi.<name>.yaml")
    .option("--state <dir>", "folder of the states (default: <cwd>/.flowfleet/state)")
    .option("-c, --config <key=value>", "configuration on top of Pulumi.<stack>.yaml; repeatable", collect, [])
    .option("--secret <key=variable>", "like --config, secret: the value is read from that environment variable; repeatable", collect, [])
    .option("--target <glob>", "only these resources (URN or glob); repeatable", collect, [])
    .option("--replace <glob>", "replace these resources even when nothing changed; repeatable", collect, [])
    .option("--parallel <n>", "steps in flight at once (default: 16)")
    .option("--events <file>", "write the engine's events there, a JSON object a line, as `pulumi up --event-log` does")
    .option("--file <file>", "import: the deployment to take (default: standard input)")
    .option("--show-secrets", "export, outputs: print secrets in clear")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nThe passphrase of the stack's secrets is read from PULUMI_CONFIG_PASSPHRASE (or the file PULUMI_CONFIG_PASSPHRASE_FILE).\n\nExample:\n  flowfleet engine preview --cwd . --stack local --events events.jsonl",
    )
    .action(async (operation: string, flags: EngineFlags) => {
      if (!isOperation(operation))
        throw new CliError(`engine ${operation}: there is no such operation. Operations: ${operations.join(", ")}.`);
      await run(operation, flags);
    });
}

const collect = (value: string, list: string[]): string[] => [...list, value];
const isOperation = (text: string): text is Operation => (operations as readonly string[]).includes(text);

async function run(operation: Operation, flags: EngineFlags): Promise<void> {
  const engine = require("../../rehearsal/engine") as typeof import("../../rehearsal/engine");
  const { builtinProviders } = require("../../rehearsal/providers") as typeof import("../../rehearsal/providers");
  const cwd = path.resolve(flags.cwd);
  const state = {
    cwd,
    stack: flags.stack,
    stateDir: path.resolve(flags.state ?? path.join(cwd, ".flowfleet", "state")),
    passphrase: passphrase(),
    command: `engine ${operation}`,
  };
  switch (operation) {
    case "export":
      print(await engine.exportState({ ...state, showSecrets: flags.showSecrets ?? false }));
      return;
    case "import":
      await engine.importState(state, deployment(flags.file));
      return;
    case "outputs":
      print(await engine.outputs({ ...state, showSecrets: flags.showSecrets ?? false }));
      return;
    default: {
      const log = eventLog(flags.events);
      const progress = new Progress();
      const interrupt = onInterrupt((text) => {
        progress.say(text);
      });
      const options: EngineOptions = {
        ...state,
        config: configuration(flags),
        targets: flags.target,
        replaceTargets: flags.replace,
        providers: builtinProviders({ localDirs: [cwd] }),
        ...(flags.parallel === undefined ? {} : { parallel: positive(flags.parallel, "--parallel") }),
        onEvent: (event) => {
          log.write(event);
          progress.engineEvent(event);
        },
        signal: interrupt.signal,
        killSignal: interrupt.killSignal,
      };
      const result = await engine[operation](options).finally(() => {
        progress.close();
        interrupt.done();
        log.close();
      });
      report(result, flags.json ?? false);
    }
  }
}

function report(result: Result, json: boolean): void {
  if (json)
    print({
      succeeded: result.succeeded,
      changes: result.changes,
      diagnostics: result.diagnostics,
      assumed: result.assumed,
      durationMs: result.durationMs,
    });
  else process.stdout.write(summaryText(result));
  if (!result.succeeded) process.exitCode ||= 1;
}

const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

function passphrase(): string {
  const file = process.env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  const text =
    process.env["PULUMI_CONFIG_PASSPHRASE"] ?? (file === undefined ? undefined : readFileSync(file, "utf8").replace(/\r?\n$/, ""));
  if (text === undefined)
    throw new CliError(
      "No passphrase for the stack's secrets: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it.",
    );
  return text;
}

/** `-c key=value` and `--secret key=VARIABLE`; a secret's value never stands on the command line. */
function configuration(flags: EngineFlags): Record<string, ConfigValue> {
  const wrong: string[] = [];
  const values: Record<string, ConfigValue> = {};
  const split = (option: string, text: string): [string, string] | undefined => {
    const at = text.indexOf("=");
    if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
    wrong.push(`${option} ${text}: must be key=value, e.g. app:replicas=3.`);
    return undefined;
  };
  for (const text of flags.config) {
    const pair = split("-c", text);
    if (pair) values[pair[0]] = pair[1];
  }
  for (const text of flags.secret) {
    const pair = split("--secret", text);
    const secret = pair && process.env[pair[1]];
    if (pair && secret === undefined) wrong.push(`--secret ${text}: the environment variable ${pair[1]} is not set.`);
    if (pair && secret !== undefined) values[pair[0]] = { secret };
  }
  if (wrong.length > 0) throw new CliError(wrong.join("\n"));
  return values;
}

function positive(text: string, option: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new CliError(`${option} ${text}: must be a whole number, 1 or more.`);
  return number;
}

function deployment(file: string | undefined): UntypedDeployment {
  const text = readFileSync(file ?? 0, "utf8");
  try {
    return JSON.parse(text) as UntypedDeployment;
  } catch (error) {
    throw new CliError(
      `${file ?? "standard input"}: is not JSON (${(error as Error).message}). It takes what \`pulumi stack export\` prints.`,
    );
  }
}

/** Opened before anything runs: a file that cannot be written must not end a run in its midst. */
function eventLog(file: string | undefined): { write(event: EngineEvent): void; close(): void } {
  if (file === undefined) return { write: () => undefined, close: () => undefined };
  const descriptor = opened(file);
  let problem: string | undefined;
  return {
    write: (event) => {
      if (problem !== undefined) return;
      try {
        writeFileSync(descriptor, `${JSON.stringify(event)}\n`);
      } catch (error) {
        problem = (error as Error).message;
      }
    },
    close: () => {
      closeSync(descriptor);
      if (problem !== undefined) process.stderr.write(`--events ${file}: is not complete (${problem}).\n`);
    },
  };
}

function opened(file: string): number {
  try {
    return openSync(file, "w", 0o600);
  } catch (error) {
    throw new CliError(`--events ${file}: cannot be written (${(error as Error).message}). Give a file in a folder that exists.`);
  }
}
