import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stackNames } from "../infra/config/stacks";
import { checkout, checkStack, homeFolder } from "./checkout";
import { CliError, UsageError } from "./explain";
import { checkPreview, unchangedSecrets, unexpected } from "./plan/expected";
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
  /** Digest of the plan that was read. */
  expect?: string;
  /** File that `pulumi preview --json` wrote. */
  preview?: string;
  /** Take over nothing from earlier plans. */
  cache?: boolean;
  /** The last update failed half-way. */
  resumed?: boolean;
}

/** Runs `flowfleet plan`. */
export async function printPlan({ stack, format, out, against, againstState, failOn, limit, cache, ...read }: PlanFlags): Promise<void> {
  const stacks = stack.length > 0 ? stack.map(checkStack) : stackNames(checkout);
  if (against !== undefined && againstState !== undefined) throw new UsageError("--against and --against-state exclude each other.");
  if (againstState !== undefined && stacks.length > 1)
    throw new UsageError("--against-state is the state of one stack: name it with --stack.");
  const { expect: digest, preview, resumed } = read;
  if (digest !== undefined && stacks.length > 1) throw new UsageError("--expect is the digest of one stack's plan: name it with --stack.");
  const previewed = preview === undefined ? undefined : readPreview(preview);
  if (out !== undefined) checkPlace(out);
  const report = await makeReport({
    root: checkout,
    stacks,
    other: otherSide(against, againstState),
    modules: path.join(homeFolder(), "libraries"),
    ...(cache !== false && { kept: path.join(homeFolder(), "plans") }),
  });
  const text = render(report, format, limit === undefined ? {} : { limit });
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(out, text);
  const expected = digest === undefined ? undefined : { digest, resumed, ...(previewed !== undefined && { preview: previewed }) };
  const found = [...(expected === undefined ? [] : unexpected(report, expected)), ...failures(report, failOn)];
  const notes = expected?.preview === undefined ? [] : unchangedSecrets(report, expected.preview);
  for (const line of [...notes, ...found]) process.stderr.write(`${line}\n`);
  if (found.length > 0) process.exitCode = 3;
}

/** Both before the plan is made, which takes a while. */
function readPreview(preview: string): string {
  if (!existsSync(preview)) throw new CliError(`--preview ${preview}: there is no such file.`);
  const text = readFileSync(preview, "utf8");
  checkPreview(text);
  return text;
}

function checkPlace(out: string): void {
  const folder = path.dirname(out);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new CliError(`--out ${out}: there is no folder ${folder}. Make it first: mkdir -p ${folder}`);
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory()) throw new CliError(`--out ${out}: is a folder: name a file in it.`);
  const isThere = existsSync(out);
  try {
    closeSync(openSync(out, "a"));
  } catch (error) {
    throw new CliError(`--out ${out}: cannot be written (${(error as NodeJS.ErrnoException).code ?? ""}).`);
  }
  if (!isThere) rmSync(out);
}

function otherSide(against: string | undefined, state: string | undefined): Other {
  if (state !== undefined) return { kind: "state", file: state };
  if (against === undefined || against === "golden") return { kind: "golden" };
  return against === "nothing" ? { kind: "nothing" } : { kind: "commit", ref: against };
}
