"use strict";
// `npm test`: static checks, unit tests, recordings, end-to-end tests, in that order; all of them even when one fails.
// `--results DIR` leaves jest's results there as JSON, one file a part.
const { spawnSync } = require("node:child_process");
const path = require("node:path");

const at = process.argv.indexOf("--results");
const results = at > 0 ? path.resolve(process.argv[at + 1]) : undefined;
const jest = (part, ...more) => [
  "npx",
  "jest",
  "--selectProjects",
  part,
  ...more,
  ...(results ? ["--json", `--outputFile=${path.join(results, `${part}.json`)}`] : []),
];
const parts = [
  ["types", ["npx", "tsc", "--noEmit"]],
  ["lint", ["npx", "eslint", "."]],
  ["format", ["npx", "prettier", "--check", "--log-level", "warn", "."]],
  ["unit tests", jest("unit")],
  ["recordings", jest("recordings")],
  ["end-to-end tests", jest("e2e", "--runInBand")],
];

const spent = [];
for (const [name, [file, ...args]] of parts) {
  console.error(`== ${name}`);
  const begun = Date.now();
  const { status } = spawnSync(file, args, { cwd: path.resolve(__dirname, ".."), stdio: ["ignore", "inherit", "inherit"] });
  spent.push([name, status, (Date.now() - begun) / 1000]);
}
for (const [name, status, seconds] of spent)
  console.error(`${status === 0 ? "passed" : "FAILED"}  ${seconds.toFixed(0).padStart(5)} s  ${name}`);
process.exitCode = spent.every(([, status]) => status === 0) ? 0 : 1;
