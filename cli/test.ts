/**
 * `npm test`: static checks, unit and integration tests and recordings, then end-to-end tests; all of them even when one fails. Of the former two run side by
 * side, as most are one process; of the latter three, as they wait for servers most of their time. Each lane has throwaway servers of its own.
 * A part that hangs is killed, and fails. `--results DIR` leaves jest's results there as JSON, one file a run of jest; `--only NAME` runs the
 * parts whose names begin like that.
 */
import * as path from "node:path";
import { parseArgs } from "node:util";
import execa from "execa";
import installTestTools from "../rehearsal/machines/test-tools";
import { checkout, homeFolder } from "./checkout";
import { endToEndRuns, inLanes } from "./end-to-end";
import { firstFailures } from "./first-failures";
import { runPart } from "./part";

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
  ["integration tests", jest("integration", "integration")],
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

const ends: string[] = [];
/** Said once more at the end: what the other lanes say buries it. */
const whys: string[] = [];
async function part(name: string, argv: string[], minutes: number, env?: NodeJS.ProcessEnv): Promise<void> {
  if (!name.startsWith(only)) return;
  console.error(`== ${name}`);
  const begun = Date.now();
  const { passed, printed } = await runPart({ name, argv, cwd: checkout, env, limit: minutes * 60_000, say: console.error });
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
  await inLanes(LANES.parts, PARTS, ([name, argv]) => part(name, argv, 30));
  await inLanes(LANES.endToEnd, endToEndRuns(await endToEndFiles()), ({ name, files, minutes }, lane) =>
    // A connection to a server that is gone is never answered and never closed: jest would wait for it for ever.
    part(`e2e ${name}`, jest("e2e", `e2e-${name}`, "--runInBand", "--forceExit", "--runTestsByPath", ...files), 3 * minutes, {
      FLOWFLEET_HOME: path.join(homeFolder(), "lanes", String(lane)),
    }),
  );
  console.error([...whys, ...ends].join("\n"));
  process.exitCode = ends.length > 0 && ends.every((end) => end.startsWith("passed")) ? 0 : 1;
})();
