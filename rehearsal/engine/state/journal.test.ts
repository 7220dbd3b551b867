import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Deployment, StoredResource } from "../api";
import { readIfExists } from "./files";
import { foldJournal, Journal } from "./journal";
import { StateStore } from "./store";

const stored = (urn: string, more: object = {}): StoredResource => ({ urn, custom: true, type: "t", ...more });
const base: Deployment = { manifest: { time: "", magic: "", version: "" }, metadata: {}, resources: [stored("a"), stored("b")] };

describe("the journal", () => {
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "journal-"));
    file = path.join(dir, "dev.json.journal");
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  test("folds into the state that the run had reached, with what was in flight", () => {
    const journal = new Journal(file, "text", "salt");
    journal.append({ kind: "begin", id: 0, type: "creating", resource: stored("c") });
    journal.append({ kind: "end", id: 0 });
    journal.append({ kind: "set", index: 0, resource: stored("c") });
    journal.append({ kind: "done", base: 0 });
    journal.append({ kind: "base", base: 1, resource: stored("b", { delete: true }) });
    journal.append({ kind: "set", index: 1, resource: stored("d") });
    journal.append({ kind: "drop", index: 1 });
    journal.append({ kind: "begin", id: 1, type: "deleting", resource: stored("b") });
    expect(foldJournal(file, "text", base)).toEqual({
      ...base,
      secrets_providers: { type: "passphrase", state: { salt: "salt" } },
      resources: [stored("c"), stored("b", { delete: true })],
      pending_operations: [{ type: "deleting", resource: stored("b") }],
    });
  });
  test("a line that was cut had not happened", () => {
    new Journal(file, "text", "salt").append({ kind: "done", base: 0 });
    appendFileSync(file, '{"kind":"done","ba');
    expect(foldJournal(file, "text", base)?.resources).toEqual([stored("b")]);
  });
  test("of another state file does not count", () => {
    new Journal(file, "older text", "salt").append({ kind: "done", base: 0 });
    expect(foldJournal(file, "text", base)).toBeUndefined();
  });
  test("goes when the state file says it all", () => {
    const journal = new Journal(file, "text", "salt");
    journal.append({ kind: "done", base: 0 });
    journal.remove();
    expect(readIfExists(file)).toBeUndefined();
    expect(foldJournal(file, "text", base)).toBeUndefined();
  });

  test("of a run that was killed is not lost when the next run is killed, too", async () => {
    mkdirSync(path.join(dir, "p"));
    const open = () => StateStore.open({ stateDir: dir, project: "p", stack: "dev" }, "passphrase");
    const killed = async (urn: string): Promise<void> => {
      (await open()).journal.append({ kind: "set", index: 0, resource: stored(urn) });
    };
    await killed("one");
    await killed("two");
    await killed("three");
    expect((await open()).contents.resources.map(({ urn }) => urn)).toEqual(["three", "two", "one"]);
  });
});
