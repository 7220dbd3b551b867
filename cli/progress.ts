import logUpdate from "log-update";
import pc from "picocolors";
import type { EngineEvent } from "../rehearsal/engine";
import { seconds } from "./format";
import { shortUrn } from "./urn";

type State = "running" | "done" | "failed";
interface Row {
  title: string;
  state: State;
  startedAt: number;
  endedAt?: number;
  /** What it is doing now: the last line it said. */
  note?: string;
}

/**
 * Live progress on a terminal (a list that is redrawn: finished rows scroll up, running ones stay with their time and current
 * step), plain lines elsewhere. Rows are the caller's own tasks and the engine's steps alike.
 */
export class Progress {
  private readonly rows = new Map<string, Row>();
  private readonly live: boolean;
  private timer?: NodeJS.Timeout;

  constructor(private readonly out: NodeJS.WriteStream = process.stderr) {
    this.live = out.isTTY && process.env["CI"] === undefined;
    if (this.live)
      this.timer = setInterval(() => {
        this.draw();
      }, 120).unref();
  }

  /** Runs one task under a row of its own. */
  async task<T>(title: string, work: (note: (text: string) => void) => Promise<T>): Promise<T> {
    this.start(title, title);
    try {
      const result = await work((text) => {
        this.note(title, text);
      });
      this.end(title, "done");
      return result;
    } catch (error) {
      this.end(title, "failed");
      throw error;
    }
  }

  /** Feeds one engine event. Resources that stay the same are not shown. */
  engineEvent(event: EngineEvent): void {
    const begun = event.resourcePreEvent?.metadata;
    const ended = event.resOutputsEvent?.metadata;
    const failed = event.resOpFailedEvent?.metadata;
    if (begun && begun.op !== "same") this.start(begun.urn, `${begun.op} ${shortUrn(begun.urn)}`);
    if (ended) this.end(ended.urn, "done");
    if (failed) this.end(failed.urn, "failed");
    const said = event.diagnosticEvent;
    if (said?.urn !== undefined && said.severity !== "debug") this.note(said.urn, lastLine(said.message));
  }

  /** A line that stays. */
  say(text: string): void {
    if (this.live) logUpdate.clear();
    this.out.write(`${text}\n`);
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
    if (this.live) logUpdate.clear();
  }

  private start(key: string, title: string): void {
    const row: Row = { title, state: "running", startedAt: Date.now() };
    this.rows.set(key, row);
    if (!this.live) this.out.write(`${line(row)}\n`);
  }

  private note(key: string, text: string): void {
    const row = this.rows.get(key);
    if (!row || text === "" || row.note === text) return;
    row.note = text;
    if (!this.live) this.out.write(`  ${row.title}: ${text}\n`);
  }

  private end(key: string, state: State): void {
    const row = this.rows.get(key);
    if (row?.state !== "running") return;
    Object.assign(row, { state, endedAt: Date.now() });
    this.rows.delete(key);
    this.say(line(row));
  }

  private draw(): void {
    const running = [...this.rows.values()].filter((row) => row.state === "running");
    const width = (this.out.columns || 100) - 1;
    logUpdate(running.map((row) => `${marks.running} ${clip(words(row), width - 2)}`).join("\n"));
  }
}

const marks: Record<State, string> = { running: pc.cyan("…"), done: pc.green("✓"), failed: pc.red("✗") };

const line = (row: Row): string => `${marks[row.state]} ${words(row)}`;

function words(row: Row): string {
  const spent = (row.endedAt ?? Date.now()) - row.startedAt;
  const time = row.state === "running" && spent < 1000 ? "" : ` ${seconds(spent)}`;
  return `${row.title}${time}${row.note === undefined || row.state !== "running" ? "" : `  ${row.note}`}`;
}

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";
const clip = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);
