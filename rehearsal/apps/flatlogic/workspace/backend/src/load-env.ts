/** `backend/.env`, for source and compiled code alike. What the process has already stays. */
import { readFileSync } from "node:fs";

const text = readFileSync(new URL("../.env", import.meta.url), "utf8");
for (const [, name, value] of text.matchAll(/^([A-Z_]+)=(.*)$/gm)) process.env[name] ??= value;
