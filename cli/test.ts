/**
 * `npm test`: static checks, unit tests and recordings, then end-to-end tests; all of them even when one fails. Of the former two run side by
 * side, as most are one process; of the latter three, as they wait for servers most of their time. Each lane has throwaway servers of its own.
 * `--results DIR` leaves jest's results there as JSON, one file a run of jest; `--only NAME` runs the parts whose names begin like that.
 */
import { spawn } from "node:child_process";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import execa from "execa";
import installTestTools from "../rehearsal/machines/test-tools";
import { checkout, homeFolder } from "./checkout";
import { endToEndRuns, inLanes } from "./end-to-end";
import { firstFailures } from "./first-failures";

const { results, only } = parseArgs({ options: { results: { type: "string" }, only: { type: "string", default: "" } } }).values;

const tool = (name: string): string => path.join(checkout, "node_modules", ".bin", name);

const jest = (project: string, name: string, ...more: string[]): string[] => [
  process.execPath,
  // Megabytes. Most of what tests make dies young, and with the usual 16 a fourth of their time goes into moving it about.
  "--max-semi-space-size=64",
  tool("jest"),
  "--selectProjects",
  project,
  ...more,
  ...(results === undefined ? [] : ["--json", `--outputFile=${path.resolve(results, `${name}.json`)}`]),
];

/** The longest first. */
const PARTS: readonly [name: string, argv: string[]][] = [
  ["unit tests", jest("unit", "unit")],
  // Before several lanes would make each at the same time.
  ["images", [tool("tsx"), "rehearsal/e2e/images.ts"]],
  ["recordings", jest("recordings", "recordings")],
  ["lint", [tool("eslint"), "."]],
  ["types", [tool("tsc"), "--noEmit"]],
  ["types of the page", [tool("tsc"), "--noEmit", "-p", "cli/plan/html/browser"]],
  ["format", [tool("prettier"), "--check", "--log-level", "warn", "."]],
];
const LANES = { parts: 2, endToEnd: 3 };

/** Runs a part, with its name before each line that it says. Gives whether it ended well, and all that it said. */
function run(name: string, [file = "", ...argv]: string[], env: NodeJS.ProcessEnv = {}): Promise<{ passed: boolean; printed: string[] }> {
  const child = spawn(file, argv, { cwd: checkout, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const printed: string[] = [];
  const say = (line: string): void => {
    printed.push(line);
    console.error(`${name.padEnd(21)} | ${line}`);
  };
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on("line", say);
  return new Promise((ended) =>
    child
      .on("error", (error) => {
        say(error.message);
        ended({ passed: false, printed });
      })
      .on("exit", (status) => {
        // What it has left running may keep its output open: that is not waited for.
        const late = setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, 2_000);
        child.on("close", () => {
          clearTimeout(late);
          ended({ passed: status === 0, printed });
        });
      }),
  );
}

const ends: string[] = [];
/** Said once more at the end: what the other lanes say buries it. */
const whys: string[] = [];
async function part(name: string, argv: string[], env?: NodeJS.ProcessEnv): Promise<void> {
  if (!name.startsWith(only)) return;
  console.error(`== ${name}`);
  const begun = Date.now();
  const { passed, printed } = await run(name, argv, env);
  const end = `${passed ? "passed" : "FAILED"}  ${((Date.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${name}`;
  console.error(`== ${end}`);
  ends.push(end);
  if (!passed) whys.push(`== ${name} failed`, ...firstFailures(printed));
}

async function endToEndFiles(): Promise<string[]> {
  const { stdout } = await execa(tool("jest"), ["--listTests", "--selectProjects", "e2e"], { cwd: checkout });
  return stdout.split("\n").filter((line) => line.endsWith(".e2e.test.ts"));
}

void (async () => {
  // Before two parts would install something at the same time.
  await installTestTools();
  await inLanes(LANES.parts, PARTS, ([name, argv]) => part(name, argv));
  await inLanes(LANES.endToEnd, endToEndRuns(await endToEndFiles()), ({ name, files }, lane) =>
    part(`e2e ${name}`, jest("e2e", `e2e-${name}`, "--runInBand", "--runTestsByPath", ...files), {
      FLOWFLEET_HOME: path.join(homeFolder(), "lanes", String(lane)),
    }),
  );
  console.error([...whys, ...ends].join("\n"));
  process.exitCode = ends.length > 0 && ends.every((end) => end.startsWith("passed")) ? 0 : 1;
})();
