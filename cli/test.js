"use strict";
// `npm test`: static checks, unit tests, recordings, end-to-end tests, in that order; all of them even when one fails. End-to-end tests
// wait for servers most of their time, so they run in two lanes side by side, each with throwaway servers of its own.
// `--results DIR` leaves jest's results there as JSON, one file a part.
const { spawn } = require("node:child_process");
const path = require("node:path");

const checkout = path.resolve(__dirname, "..");
const at = process.argv.indexOf("--results");
const results = at > 0 ? path.resolve(process.argv[at + 1]) : undefined;

/** One run of jest. A pattern goes before the project, or jest takes it for the name of another one. */
const jest = (project, { part = project, pattern, more = [] } = {}) => [
  "npx",
  "jest",
  ...(pattern ? [pattern] : []),
  "--selectProjects",
  project,
  ...more,
  ...(results ? ["--json", `--outputFile=${path.join(results, `${part}.json`)}`] : []),
];

// About half of the time each.
const SECOND = "(flowra|coreflow)[^/]*\\.e2e\\.test\\.ts$";
const lane = (part, pattern) => {
  const home = path.join(process.env.FLOWFLEET_HOME ?? path.join(checkout, ".flowfleet"), "lanes", part);
  return { argv: jest("e2e", { part, pattern, more: ["--runInBand"] }), env: { FLOWFLEET_HOME: home } };
};

const alone = (...argv) => [{ argv, env: {} }];
const parts = [
  ["types", alone("npx", "tsc", "--noEmit")],
  ["lint", alone("npx", "eslint", ".")],
  ["format", alone("npx", "prettier", "--check", "--log-level", "warn", ".")],
  ["unit tests", alone(...jest("unit"))],
  ["recordings", alone(...jest("recordings"))],
  ["images", alone("node", "--import", "tsx", "rehearsal/e2e/images.ts")],
  ["end-to-end tests", [lane("e2e", `^(?!.*${SECOND})`), lane("e2e-second", SECOND)]],
];

/** Gives the exit status; one that a signal ended has none. */
const run = ({ argv: [file, ...args], env }) =>
  new Promise((resolve) => {
    spawn(file, args, { cwd: checkout, env: { ...process.env, ...env }, stdio: ["ignore", "inherit", "inherit"] })
      .on("error", () => resolve(1))
      .on("exit", (status) => resolve(status ?? 1));
  });

(async () => {
  const spent = [];
  for (const [name, lanes] of parts) {
    console.error(`== ${name}`);
    const begun = Date.now();
    const statuses = await Promise.all(lanes.map(run));
    spent.push([name, statuses.every((status) => status === 0), (Date.now() - begun) / 1000]);
  }
  for (const [name, passed, seconds] of spent)
    console.error(`${passed ? "passed" : "FAILED"}  ${seconds.toFixed(0).padStart(5)} s  ${name}`);
  process.exitCode = spent.every(([, passed]) => passed) ? 0 : 1;
})();
