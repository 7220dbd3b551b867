/**
 * What happened since the state file was written, one JSON line per change: a run writes a line per step instead of the whole state,
 * and a run that was killed loses nothing. The next one that opens the state folds the journal into it.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import type { Deployment, StoredResource } from "../api";
import { readIfExists } from "./files";

export type JournalEntry =
  /** The n-th resource of this run, new or changed. */
  | { kind: "set"; index: number; resource: StoredResource }
  | { kind: "drop"; index: number }
  /** The n-th resource of the state file is gone, or replaced by one of this run. */
  | { kind: "done"; base: number }
  | { kind: "base"; base: number; resource: StoredResource }
  | { kind: "begin"; id: number; type: string; resource: StoredResource }
  | { kind: "end"; id: number };

export class Journal {
  private descriptor: number | undefined;

  constructor(
    private readonly file: string,
    /** Text of the state file, or nothing: a journal belongs to one text. */
    private base: string,
    /** Of the key under which its secrets are: the state file may not have it yet. */
    private readonly salt: string,
    /** Where an earlier run left a journal: writes what came of it as the state file, whose text it gives. Else this journal would take its place. */
    private readonly settle?: () => string,
  ) {}

  append(entry: JournalEntry): void {
    if (this.descriptor === undefined) {
      if (this.settle) this.base = this.settle();
      this.descriptor = openSync(this.file, "w", 0o600);
      writeFileSync(this.descriptor, `${JSON.stringify({ of: digest(this.base), salt: this.salt })}\n`);
    }
    writeFileSync(this.descriptor, `${JSON.stringify(entry)}\n`);
  }
  /** When the state file says it all. */
  remove(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
    rmSync(this.file, { force: true });
  }
}

/** The deployment after the journal's changes, or `undefined` when there is no journal of this state file. */
export function foldJournal(file: string, base: string, deployment: Deployment): Deployment | undefined {
  const text = readIfExists(file);
  if (text === undefined) return undefined;
  const [header, ...entries] = completeLines(text);
  const { of, salt } = (header ?? {}) as { of?: string; salt?: string };
  if (of !== digest(base)) return undefined;
  const before: (StoredResource | undefined)[] = [...(deployment.resources ?? [])];
  const added: (StoredResource | undefined)[] = [];
  const running = new Map<number, { type: string; resource: StoredResource }>();
  for (const entry of entries as JournalEntry[]) {
    if (entry.kind === "set") added[entry.index] = entry.resource;
    else if (entry.kind === "drop") added[entry.index] = undefined;
    else if (entry.kind === "done") before[entry.base] = undefined;
    else if (entry.kind === "base") before[entry.base] = entry.resource;
    else if (entry.kind === "begin") running.set(entry.id, { type: entry.type, resource: entry.resource });
    else running.delete(entry.id);
  }
  const resources = [...added, ...before].filter((resource) => resource !== undefined);
  const pending = [...(deployment.pending_operations ?? []), ...running.values()];
  const key = salt === undefined ? deployment.secrets_providers : { type: "passphrase", state: { salt } };
  return { ...deployment, ...(key && { secrets_providers: key }), resources, ...(pending.length > 0 && { pending_operations: pending }) };
}

/** The last line of a run that was killed may be cut: it had not happened. */
function completeLines(text: string): unknown[] {
  const lines: unknown[] = [];
  for (const line of text.split("\n")) {
    try {
      lines.push(JSON.parse(line));
    } catch {
      break;
    }
  }
  return lines;
}
const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
