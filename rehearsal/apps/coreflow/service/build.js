// What a compiler would do: `src` becomes `dist`, and a program that is no JavaScript becomes nothing.
const { execFileSync } = require("node:child_process");
const { cpSync, readdirSync, rmSync } = require("node:fs");
const { join } = require("node:path");

rmSync("dist", { recursive: true, force: true });
for (const name of readdirSync("src")) if (name.endsWith(".js")) execFileSync(process.execPath, ["--check", join("src", name)]);
cpSync("src", "dist", { recursive: true });
