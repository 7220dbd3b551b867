import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fail2banText, journalText, kernelText, updatesText } from "./system";

const golden = (name: string) => readFileSync(join(__dirname, "../golden", name), "utf8");
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

it.each([
  ["updates.conf", updatesText()],
  ["fail2ban.local", fail2banText([22, 2222], ["203.0.113.7"])],
  ["journald.conf", journalText("500 MB")],
  ["sysctl.conf", kernelText()],
])("%s", (name, lines) => {
  expect(text(lines)).toBe(golden(name));
});
