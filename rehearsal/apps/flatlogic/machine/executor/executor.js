// Stands in for the platform's agent: it lives, says what it was given by name, and restarts nothing by itself.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const names = readFileSync(join(__dirname, ".env"), "utf8").match(/^[A-Za-z_]\w*(?==)/gm) ?? [];
console.log(`executor: ${names.length} keys in .env; of the process ${Object.keys(process.env).sort().join(" ")}`);
setInterval(() => undefined, 60_000);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(0));
