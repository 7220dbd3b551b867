/** Vite behind the flags that the platform gives: it says `--hostname`, which is Next.js' word. */
import { spawn } from "node:child_process";

const [command = "dev", ...given] = process.argv.slice(2);
const flags = given.map((flag) => flag.replace(/^--hostname(?==|$)/, "--host"));
const port = flags.some((flag) => /^--port(=|$)/.test(flag)) ? [] : ["--port", process.env.FRONT_PORT ?? "3001"];
const host = flags.some((flag) => /^--host(=|$)/.test(flag)) ? [] : ["--host", "127.0.0.1"];
const vite = spawn(
  process.execPath,
  ["node_modules/vite/bin/vite.js", ...(command === "dev" ? [] : [command]), "--strictPort", ...port, ...host, ...flags],
  {
    stdio: "inherit",
  },
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => vite.kill(signal));
vite.on("exit", (status, signal) => process.exit(signal ? 0 : (status ?? 1)));
