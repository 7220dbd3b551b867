import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { stackNames } from "../infra/config/stacks";
import { checkout, checkStack, homeFolder } from "./checkout";
import { CliError } from "./explain";
import { type Format, render } from "./plan/formats";
import { makeReport, type Other } from "./plan/make-report";
import { type Failing, failures } from "./plan/failures";

export interface PlanFlags {
  /** All of the checkout where there are none. */
  stack: readonly string[];
  format: Format;
  out?: string;
  /** Branch, tag or commit; `golden`, `nothing`. */
  against?: string;
  /** File that `pulumi stack export` wrote. */
  againstState?: string;
  failOn: readonly Failing[];
  /** Most bytes of Markdown. */
  limit?: number;
}

/** Runs `flowfleet plan`. */
export async function printPlan({ stack, format, out, against, againstState, failOn, limit }: PlanFlags): Promise<void> {
  const stacks = stack.length > 0 ? stack.map(checkStack) : stackNames(checkout);
  if (against !== undefined && againstState !== undefined) throw new CliError("--against and --against-state exclude each other.");
  if (againstState !== undefined && stacks.length > 1)
    throw new CliError("--against-state is the state of one stack: name it with --stack.");
  const modules = path.join(homeFolder(), "libraries");
  const report = await makeReport({ root: checkout, stacks, other: otherSide(against, againstState), modules });
  const text = render(report, format, limit === undefined ? {} : { limit });
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(out, text);
  const found = failures(report, failOn);
  for (const line of found) process.stderr.write(`${line}\n`);
  if (found.length > 0) process.exitCode = 3;
}

function otherSide(against: string | undefined, state: string | undefined): Other {
  if (state !== undefined) return { kind: "state", file: state };
  if (against === undefined || against === "golden") return { kind: "golden" };
  return against === "nothing" ? { kind: "nothing" } : { kind: "commit", ref: against };
}
