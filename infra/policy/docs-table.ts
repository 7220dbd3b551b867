import type { Level, Levels } from "./rule";
import { RULES } from "./rules";

/** The table of docs/policies.md. */
export const rulesTable = (): string =>
  [
    "| rule | asks that | level | controls |",
    "|---|---|---|---|",
    ...Object.entries(RULES).map(
      ([name, { asks, level, controls = [] }]) => `| \`${name}\` | ${asks} | ${levelWords(level)} | ${controls.join(", ")} |`,
    ),
  ].join("\n");

function levelWords(levels: Levels = "mandatory"): string {
  if (typeof levels === "string") return levels;
  const { otherwise, ...places } = levels;
  const byLevel = new Map<Level, string[]>();
  for (const [environment, level] of Object.entries(places)) byLevel.set(level, [...(byLevel.get(level) ?? []), environment]);
  return [otherwise, ...[...byLevel].map(([level, environments]) => `${level} in ${environments.join(", ")}`)].join("; ");
}
