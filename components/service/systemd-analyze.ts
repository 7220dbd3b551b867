import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lines } from "../kernel/lines";

/** Units by their names. */
type Units = Readonly<Record<string, Lines>>;

/** What systemd has against these units, which name programs that need not be here. For tests. */
export const refusedBySystemd = (units: Units): string => analyzed(units, ["verify", "--man=no", "--recursive-errors=no"]);

/** The highest exposure of these services, from 0 to 10, by systemd's own count. For tests. */
export function exposureOf(units: Units): number {
  const said = analyzed(units, ["security", "--offline=yes", "--no-pager"]);
  const levels = [...said.matchAll(/exposure level for \S+: ([\d.]+)/g)].map(([, level]) => Number(level));
  if (levels.length !== Object.keys(units).length) throw new Error(`systemd-analyze: ${said}`);
  return Math.max(...levels);
}

function analyzed(units: Units, words: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "units-"));
  try {
    const files = Object.entries(units).map(([name, lines]) => {
      const file = join(folder, name);
      writeFileSync(file, lines.map((line) => `${line.replace(/^(Exec\w+=)(?:pm2|npm) /, "$1/bin/true ")}\n`).join(""));
      return file;
    });
    const { error, stdout, stderr } = spawnSync("systemd-analyze", [...words, ...files], { encoding: "utf8" });
    if (error) throw error;
    return `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
