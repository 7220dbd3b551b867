/** What the engine decided to do with one resource. */
import type { Op } from "../api";
import type { Resource } from "../model/resource";
import type { DiffKind } from "../provider";

export interface Step {
  op: Op;
  urn: string;
  old?: Resource;
  new?: Resource;
  /** Properties that cause the replacement. */
  keys: string[];
  /** Top-level properties that changed. */
  diffs: string[];
  detailedDiff: Record<string, { kind: DiffKind; inputDiff: boolean }> | undefined;
  /** A create that replaces: the old one is left for the deletes at the end (`true`), or is gone already. */
  leavesOld?: boolean;
  /** A create of something that is not a target: reported, not done. */
  skipped?: boolean;
  /** A delete before its replacement: the old one stays in the state, marked, until the new one is there. */
  beforeReplacement?: boolean;
}

export function step(op: Op, old: Resource | undefined, fresh: Resource | undefined, more: Partial<Step> = {}): Step {
  const urn = (fresh ?? old)?.urn ?? "";
  return { op, urn, ...(old && { old }), ...(fresh && { new: fresh }), keys: [], diffs: [], detailedDiff: undefined, ...more };
}

const PARTS_OF_A_REPLACEMENT: ReadonlySet<Op> = new Set<Op>([
  "create-replacement",
  "delete-replaced",
  "read-replacement",
  "discard-replaced",
  "import-replacement",
  "remove-pending-replace",
  "refresh",
]);
/** A replacement is one logical step, `replace`; its parts are not. */
export function isLogical(op: Op): boolean {
  return !PARTS_OF_A_REPLACEMENT.has(op);
}
export function isDelete(op: Op): boolean {
  return op === "delete" || op === "delete-replaced" || op === "discard" || op === "discard-replaced";
}
