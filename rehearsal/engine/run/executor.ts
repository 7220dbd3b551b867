/** Runs chains of steps beside each other, a limited number at once. After a failure nothing new starts; what runs, ends. */
import { messageOf } from "../errors";
import type { Step } from "../plan/step";
import { AfterHookFailure, applyStep, StepFailure, type ApplyHost } from "./apply";
import { FailStatus, type EventLog } from "./events";

export type ChainResult = "done" | "failed" | "stopped";

export class Executor {
  private readonly waiting: (() => void)[] = [];
  private free: number;
  private running = 0;
  private readonly idle: (() => void)[] = [];
  /** Some step failed. */
  sawFailure = false;
  /** Nothing new starts. */
  stopped = false;

  constructor(
    private readonly host: ApplyHost,
    private readonly events: EventLog,
    parallel: number,
    private readonly continueOnError: boolean,
    /** Called once, when the run is to end early. */
    private readonly onStop: () => void,
  ) {
    this.free = parallel;
  }

  async run(steps: Step[]): Promise<ChainResult> {
    await this.take();
    this.running++;
    try {
      for (const step of steps) {
        if (this.stopped) return "stopped";
        if (!(await this.apply(step))) return "failed";
      }
      return "done";
    } finally {
      this.running--;
      this.give();
      if (this.running === 0) for (const tell of this.idle.splice(0)) tell();
    }
  }
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.onStop();
  }
  /** When no step is in flight any more. */
  async settled(): Promise<void> {
    while (this.running > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private async apply(step: Step): Promise<boolean> {
    this.events.started(step);
    try {
      this.events.succeeded(step, await applyStep(this.host, step));
      return true;
    } catch (error) {
      if (error instanceof AfterHookFailure) this.events.succeededBut(step, error.message);
      else this.events.failed(step, messageOf(error), error instanceof StepFailure ? error.status : FailStatus.ok);
      this.sawFailure = true;
      if (!this.continueOnError) this.stop();
      return false;
    }
  }
  private async take(): Promise<void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
  private give(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free++;
  }
}
