import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { EngineError, type Props, type Result, up } from "./engine";
import type { KeptPlans } from "./kept-plans";
import { type Checkout, knownHashes, PASSPHRASE, type Plan, planOf, previewIn } from "./plan";
import { pretendingProviders } from "./pretending-providers";

/** The other side of a plan. */
export interface Base {
  /** What it is called in messages. */
  name: string;
  /** Whether that side has the stack. */
  has: (stack: string) => boolean;
  /** Its files: asked for only when one of its programs has to run. */
  files: () => Promise<Checkout>;
  /** What its stacks came to in earlier plans. */
  kept?: KeptPlans;
}

/** Project of the program, as folders of states are named. */
export const PROJECT = "flowfleet";

/**
 * Plans stacks of a checkout where another one stands: the other side is brought up without touching anything (providers that pretend),
 * then this side is planned on the state that this gave. Stacks that others refer to are brought up once.
 *
 * @example
 * const planner = new Planner(here, base);
 * try { await planner.plan("prod"); } finally { await planner.close(); }
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
    const stateDir = path.join(this.folder, `plan-${stack}`);
    const standing = this.bringUp(stack);
    const freeing = standing.then(() => {
      this.hand(stack, this.folderOf("before"), stateDir);
      return takeProtectionOff(stateOf(stateDir, stack));
    });
    freeing.catch(() => undefined);
    // This side's program starts while the other's still runs.
    const result = await previewIn(this.here, stack, stateDir, { stateReady: freeing, referred: (name) => this.referredNow(name) });
    return planOf(stack, result, await standing, await freeing);
  }

  /** What a stack that is referred to hands over once this side of it is deployed. */
  referredNow(stack: string): Promise<Props> {
    let outputs = this.after.get(stack);
    if (!outputs) this.after.set(stack, (outputs = this.bringForward(stack)));
    return outputs;
  }

  /** Once no program runs any more. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.before.values(), ...this.after.values()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What the other side's stack would have made. */
  private bringUp(stack: string): Promise<Props> {
    let outputs = this.before.get(stack);
    if (!outputs) this.before.set(stack, (outputs = this.asItStands(stack)));
    return outputs;
  }
  private async asItStands(stack: string): Promise<Props> {
    const { name, has, files, kept } = this.base;
    if (!has(stack)) return {};
    const file = stateOf(this.folderOf("before"), stack);
    const known = kept?.get(stack);
    if (known) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, known.state);
      return known.outputs;
    }
    const { outputs } = await pretend({ ...(await files()), name, isPast: true }, stack, this.folderOf("before"), (other) =>
      this.bringUp(other),
    );
    kept?.set(stack, { outputs, state: readFileSync(file, "utf8") });
    return outputs;
  }

  private async bringForward(stack: string): Promise<Props> {
    await this.bringUp(stack);
    const after = this.folderOf("after");
    this.hand(stack, this.folderOf("before"), after);
    takeProtectionOff(stateOf(after, stack));
    const { outputs } = await pretend({ ...this.here, name: "this checkout" }, stack, after, (name) => this.referredNow(name));
    return outputs;
  }

  private hand(stack: string, from: string, to: string): void {
    if (!existsSync(stateOf(from, stack))) return;
    mkdirSync(path.join(to, PROJECT), { recursive: true });
    copyFileSync(stateOf(from, stack), stateOf(to, stack));
  }
  private readonly folderOf = (side: string): string => path.join(this.folder, side);
}

export const stateOf = (stateDir: string, stack: string): string => path.join(stateDir, PROJECT, `${stack}.json`);

/** Makes the state that a checkout's stack would have. `isPast`: it stands, so nothing of it is checked by today's date. */
export async function pretend(
  { cwd, config, name, hashes, isPast = false }: Checkout & { name: string; isPast?: boolean },
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
    // Read in infra/config/certificate-needs.ts.
    env: { ...knownHashes(hashes), ...(isPast && { FLOWFLEET_DATES_UNCHECKED: "1" }) },
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
