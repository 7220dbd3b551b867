import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { EngineError, type Props, type Result, up } from "./engine";
import { type Checkout, PASSPHRASE, type Plan, planOf, previewIn } from "./plan";
import { pretendingProviders } from "./pretending-providers";

/** The other side of a plan: a checkout, and what it is called in messages. */
export interface Base extends Checkout {
  name: string;
  /** Whether that side has the stack. */
  has: (stack: string) => boolean;
}

/** Project of the program, as folders of states are named. */
export const PROJECT = "flowfleet";

/**
 * Plans stacks of a checkout where another one stands: the other side is brought up without touching anything (providers that pretend),
 * then this side is planned on the state that this gave. Stacks that others refer to are brought up once.
 *
 * @example
 * const planner = new Planner(here, base);
 * try { await planner.plan("prod"); } finally { planner.close(); }
 */
export class Planner {
  private readonly folder = mkdtempSync(path.join(tmpdir(), "flowfleet-plan-"));
  private readonly before = new Map<string, Promise<Props>>();
  private readonly after = new Map<string, Promise<Props>>();

  constructor(
    private readonly here: Checkout,
    private readonly base: Base,
  ) {}

  /** @throws EngineError when the other side, or a stack that this one refers to, cannot be brought up. */
  async plan(stack: string): Promise<Plan> {
    const outputsBefore = await this.bringUp(stack);
    const stateDir = path.join(this.folder, `plan-${stack}`);
    this.hand(stack, this.folderOf("before"), stateDir);
    const freed = takeProtectionOff(stateOf(stateDir, stack));
    const result = await previewIn(this.here, stack, stateDir, { referred: (name) => this.referredNow(name) });
    return planOf(stack, result, outputsBefore, freed);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What the other side's stack would have made. */
  private bringUp(stack: string): Promise<Props> {
    let outputs = this.before.get(stack);
    if (!outputs) this.before.set(stack, (outputs = this.pretend(this.base, stack, this.folderOf("before"), (name) => this.bringUp(name))));
    return outputs;
  }

  /** What a stack that is referred to hands over once this side of it is deployed. */
  private referredNow(stack: string): Promise<Props> {
    let outputs = this.after.get(stack);
    if (!outputs) this.after.set(stack, (outputs = this.bringForward(stack)));
    return outputs;
  }
  private async bringForward(stack: string): Promise<Props> {
    await this.bringUp(stack);
    this.hand(stack, this.folderOf("before"), this.folderOf("after"));
    takeProtectionOff(stateOf(this.folderOf("after"), stack));
    return this.pretend({ ...this.here, name: "this checkout", has: () => true }, stack, this.folderOf("after"), (name) =>
      this.referredNow(name),
    );
  }

  private async pretend(side: Base, stack: string, stateDir: string, referred: (stack: string) => Promise<Props>): Promise<Props> {
    if (!side.has(stack)) return {};
    return pretend(side, stack, stateDir, referred).then(({ outputs }) => outputs);
  }

  private hand(stack: string, from: string, to: string): void {
    if (!existsSync(stateOf(from, stack))) return;
    mkdirSync(path.join(to, PROJECT), { recursive: true });
    copyFileSync(stateOf(from, stack), stateOf(to, stack));
  }
  private readonly folderOf = (side: string): string => path.join(this.folder, side);
}

export const stateOf = (stateDir: string, stack: string): string => path.join(stateDir, PROJECT, `${stack}.json`);

/** Makes the state that a checkout's stack would have. */
export async function pretend(
  { cwd, config, name }: Checkout & { name: string },
  stack: string,
  stateDir: string,
  referred: (stack: string) => Promise<Props>,
): Promise<Result> {
  const result = await up({
    cwd,
    stack,
    stateDir,
    passphrase: PASSPHRASE,
    config: config(stack),
    ignoreConfigFile: true,
    providers: pretendingProviders(),
    assumedOutputs: (of) => referred(of.split("/").at(-1) ?? of),
    command: `plan --stack ${stack}`,
  });
  if (result.succeeded) return result;
  const errors = result.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message.trimEnd());
  throw new EngineError(`stack ${stack} of ${name} cannot be planned: ${errors.join("\n")}`);
}

/**
 * Without its protection a plan shows what would become of a resource, where Pulumi would only refuse.
 *
 * @returns URNs of what was protected.
 */
export function takeProtectionOff(file: string): ReadonlySet<string> {
  if (!existsSync(file)) return new Set();
  const state = JSON.parse(readFileSync(file, "utf8")) as { checkpoint: { latest: { resources?: { urn: string; protect?: boolean }[] } } };
  const freed = (state.checkpoint.latest.resources ?? []).filter(({ protect }) => protect === true);
  for (const resource of freed) delete resource.protect;
  if (freed.length > 0) writeFileSync(file, JSON.stringify(state));
  return new Set(freed.map(({ urn }) => urn));
}
