import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planReport, stackReport } from "../../plan/html/testing/reports";
import { reportMarkdown } from "../../plan/markdown";
import { review, type ReviewOptions } from "../review";
import type { Environment } from "../surroundings";

/** A review as a job runs it: in a folder of its own, with its variables, without waiting for real. */
export class Job {
  readonly folder = mkdtempSync(join(tmpdir(), "flowfleet-review-"));
  readonly said: string[] = [];
  /** Seconds, each time that it waited. */
  readonly waited: number[] = [];
  private readonly back = process.cwd();

  constructor() {
    process.chdir(this.folder);
  }

  run(env: Environment, options: Partial<ReviewOptions> = {}): Promise<void> {
    return review({
      report: small,
      page: "<!doctype html>",
      markdown: reportMarkdown,
      out: "flowfleet-plan",
      say: (line) => this.said.push(line),
      patience: { sleep: (seconds) => Promise.resolve(void this.waited.push(seconds)) },
      env,
      ...options,
    });
  }

  /** Writes the event that GitHub gives to a job. */
  event(content: unknown): string {
    const file = join(this.folder, "event.json");
    writeFileSync(file, JSON.stringify(content));
    return file;
  }

  file(name: string): string {
    return readFileSync(join(this.folder, "flowfleet-plan", name), "utf8");
  }

  has(name: string): boolean {
    return existsSync(join(this.folder, "flowfleet-plan", name));
  }

  end(): void {
    process.chdir(this.back);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const counts = { create: 1, update: 2, replace: 3, delete: 4, same: 5, folded: 6 };

export const small = planReport(
  stackReport({
    counts,
    summary: [{ system: "flowra", environment: "production", counts, text: "flowra (production): 3 replaced; down for at most 175 s" }],
  }),
);

/** More than a comment of GitHub can have. */
export const large = planReport(
  stackReport({
    ...small.stacks[0],
    resources: Array.from({ length: 400 }, (_, index) => ({
      op: "update" as const,
      urn: `urn:${index}`,
      name: `resource-${index}`,
      type: "a:b:C",
      kind: "container",
      system: `system-${index % 20}`,
      protected: false,
      replaceBecause: [],
      properties: [{ path: "environment.GREETING", before: "ä".repeat(300), after: "ö".repeat(300), secret: false, unknown: false }],
      files: [],
    })),
  }),
);
