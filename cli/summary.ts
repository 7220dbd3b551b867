import pc from "picocolors";
import type { Op, Result } from "../rehearsal/engine";
import { type Interruption, interruptionsOf } from "../rehearsal/interruptions";
import { seconds } from "./format";
import { shortUrn } from "./urn";

const order: Op[] = ["create", "update", "replace", "delete", "import", "read", "same"];

/**
 * What a run did, for a person: failures and warnings first, then which services it interrupted, then the counts, in Pulumi's words.
 *
 * @param of Before the counts: `"prod: "`.
 */
export function summaryText(result: Result, of = ""): string {
  const told = result.diagnostics
    .filter((said) => said.severity !== "info")
    .map(
      (said) =>
        `${said.severity === "error" ? pc.red("error") : pc.yellow("warning")}: ${said.urn === undefined ? "" : `${shortUrn(said.urn)}: `}${said.message.trimEnd()}\n`,
    );
  const assumed = result.assumed.map(
    (stack) => `${pc.yellow("assumed")}: the outputs of ${stack} are the planned ones, not those of a state.\n`,
  );
  return [
    ...told,
    ...assumed,
    ...interruptionLines(interruptionsOf(result.steps)).map((line) => `${line}\n`),
    `${of}${result.succeeded ? pc.green("succeeded") : pc.red("failed")}: ${countsText(result.changes)} in ${seconds(result.durationMs)}\n`,
  ].join("");
}

/** `{create: 3, same: 12}` as `3 create, 12 same`; nothing at all as `nothing to do`. */
export function countsText(changes: Result["changes"]): string {
  const words = order.filter((op) => (changes[op] ?? 0) > 0).map((op) => `${changes[op] ?? 0} ${op}`);
  return words.length > 0 ? words.join(", ") : "nothing to do";
}

/** What those who use the services notice, a line each. */
const interruptionLines = (interruptions: readonly Interruption[]): string[] =>
  interruptions.length === 0 ? [] : ["interruptions:", ...interruptions.map(({ name, what }) => `  ${name}: ${what}`)];
