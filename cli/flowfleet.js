#!/usr/bin/env node
"use strict";
// The launcher: TypeScript is transformed at load time (never type-checked), so the command line needs no build step.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 11)) {
  console.error(`flowfleet: Node.js ${process.versions.node} is too old: 20.11 or newer is needed (https://nodejs.org/en/download).`);
  process.exit(1);
}
// The parts of Pulumi's SDK that this command line never touches take two thirds of its start.
require("../rehearsal/engine/serve/preload.cjs");
try {
  require("tsx/cjs/api").register();
} catch {
  console.error("flowfleet: its packages are not installed: run `npm ci` in the checkout first.");
  process.exit(1);
}
void require("./main.ts").main(process.argv);
