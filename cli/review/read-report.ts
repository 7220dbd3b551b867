import { existsSync, readFileSync } from "node:fs";
import { CliError } from "../explain";
import type { PlanReport } from "../plan/report";
import { planReport } from "./report-schema";

/** @throws CliError where it is not what `flowfleet plan --format json` writes. */
export function readReport(file: string): PlanReport {
  const refuse = (wrong: string): CliError =>
    new CliError(`--report ${file}: ${wrong}. Make it with: flowfleet plan --format json --out ${file}`);
  if (!existsSync(file)) throw refuse("there is no such file");
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw refuse("is no JSON");
  }
  if (typeof found !== "object" || found === null || !("version" in found) || !("stacks" in found) || !Array.isArray(found.stacks))
    throw refuse("is no plan");
  if (found.version !== 1) throw refuse(`is of version ${String(found.version)}; this Flowfleet reads version 1`);
  const checked = planReport.safeParse(found);
  if (checked.success) return checked.data;
  const wrong = checked.error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw refuse(`is no plan of version 1 (${wrong.join("; ")})`);
}
