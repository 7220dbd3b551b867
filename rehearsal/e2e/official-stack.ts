/** One stack with some of its systems under the official command line, and what every system is asked there. */
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { homeFolder } from "../../cli/checkout";
import { unexpected } from "../../cli/plan/expected";
import { makeReport, type Other } from "../../cli/plan/make-report";
import type { Interruption } from "../../cli/plan/report";
import { removeRehearsal } from "../../cli/rehearse";
import { releaseFile } from "../../cli/rehearsed-stack";
import { type ConfigValue, exportState, importState, type UntypedDeployment } from "../engine";
import { configOf, OfficialProject, ownPlan, planned, type Said, secretOf } from "./official";
import { type Change, changesOf, succeeded, type World } from "./world";

export class OfficialStack {
  private constructor(
    private readonly world: World,
    private readonly stack: string,
    readonly project: OfficialProject,
  ) {}

  /**
   * @param config On top of what the rehearsal puts in the place of the real thing.
   * @param project With other stacks of the world. @default one of its own
   */
  static async open(
    cli: string,
    world: World,
    stack: string,
    { config = {}, project = OfficialProject.of(cli, world) }: { config?: Record<string, ConfigValue>; project?: OfficialProject } = {},
  ): Promise<OfficialStack> {
    const official = new OfficialStack(world, stack, project);
    await project.init(stack, { ...configOf(world, stack), ...config });
    official.release();
    return official;
  }

  pulumi(args: string[], options: { input?: string; check?: boolean } = {}): Promise<Said> {
    return this.project.pulumi([...args, "--stack", this.stack], options);
  }

  async said(...args: string[]): Promise<string> {
    return (await this.pulumi(args)).text;
  }

  set(settings: Record<string, ConfigValue>): Promise<void> {
    return this.project.set(this.stack, settings);
  }

  /** What serves from the next `up` on: what was built first, with these in its place, by system and service. */
  release(others: Record<string, Record<string, object>> = {}): void {
    const releases = parse(releaseFile(this.world.stack(this.stack), this.world.prepared.built)) as Record<string, Record<string, object>>;
    for (const [system, services] of Object.entries(others))
      for (const [service, release] of Object.entries(services)) (releases[system] ??= {})[service] = release;
    if (Object.keys(releases).length > 0) this.project.release(this.stack, stringify(releases));
  }

  /** Plans what the offline engine plans, and makes all of it without a warning. */
  async bringUp(): Promise<void> {
    const preview = await this.said("preview", "--json");
    expect(planned(preview)).toEqual(await ownPlan(this.world, this.stack));
    const { changeSummary } = JSON.parse(preview) as { changeSummary: { create: number } };
    const text = await this.said("up", "--yes", "--skip-preview");
    expect(text).toMatch(new RegExp(`Resources:\\n {4}\\+ ${changeSummary.create} created\\n`));
    expect(text).not.toContain("warning");
  }

  /** Nothing to do, neither by the state nor by a look at the machine. */
  async expectNoChanges(): Promise<void> {
    for (const args of [
      ["up", "--yes"],
      ["preview", "--refresh"],
    ])
      expect(await this.said(...args, "--expect-no-changes")).toMatch(/Resources:\n {4}\d+ unchanged\n/);
  }

  /**
   * The services that an update would interrupt, and how, in the words of `flowfleet plan` against this state; it plans the very steps that the
   * official preview has.
   */
  async goesDown(): Promise<Pick<Interruption, "name" | "way" | "seconds">[]> {
    const state = path.join(this.project.cwd, "state.json");
    await this.said("stack", "export", "--file", state);
    const other: Other = { kind: "state", file: state };
    const report = await makeReport({ root: this.project.cwd, stacks: [this.stack], other, modules: this.project.cwd });
    const [plan] = report.stacks;
    expect(unexpected(report, { digest: plan?.digest ?? "", preview: await this.said("preview", "--json") })).toEqual([]);
    return (plan?.interruptions ?? []).map(({ name, way, seconds }) => ({ name, way, seconds }));
  }

  /** @param change What was changed meanwhile. */
  async exchangeStates(change: Change = {}): Promise<void> {
    await this.handOver(change);
    await this.takeBack(change);
  }

  /** The offline engine goes on from this state. */
  async handOver(change: Change = {}): Promise<void> {
    await importState(this.world.engine(this.stack, change), JSON.parse(await this.said("stack", "export")) as UntypedDeployment);
    expect(changesOf(succeeded(await this.world.preview(this.stack, change)))).toEqual([]);
  }

  /** The official one goes on from the offline engine's. */
  async takeBack(change: Change = {}): Promise<void> {
    await this.pulumi(["stack", "import"], { input: JSON.stringify(await exportState(this.world.engine(this.stack, change))) });
    expect(await this.said("preview", "--expect-no-changes")).toMatch(/Resources:\n {4}\d+ unchanged\n/);
  }

  /** Refuses as long as one of these protects something, then removes all. */
  async destroy(...protections: string[]): Promise<void> {
    for (const protection of protections) {
      const kept = await this.pulumi(["destroy", "--yes"], { check: false });
      expect([kept.exitCode === 0, kept.text]).toEqual([false, expect.stringContaining("protected")]);
      await this.set({ [protection]: false });
      await this.said("up", "--yes", "--skip-preview");
    }
    expect(await this.said("destroy", "--yes")).toMatch(/Resources:\n {4}- \d+ deleted\n/);
  }

  /** Neither these nor those of its configuration, where it has any. */
  expectNothingPrinted(secrets: readonly string[]): void {
    const given = Object.values(configOf(this.world, this.stack)).flatMap((value) => secretOf(value) ?? []);
    const all = [...secrets, ...given.flatMap(linesOf)];
    expect(secrets.length).toBeGreaterThan(0);
    expect(all.filter((secret) => this.project.printed.includes(secret))).toEqual([]);
  }

  /** With the world that it is in. */
  async remove(): Promise<void> {
    this.project.remove();
    const folder = path.basename(this.world.prepared.estate.stateDir);
    if (process.env["FLOWFLEET_KEEP"] === undefined) await removeRehearsal(path.join(homeFolder(), folder), () => undefined);
  }
}

/** Of a key what only this one has. */
const linesOf = (secret: string): string[] => {
  const lines = secret.trim().split("\n");
  return lines.length === 1 ? lines : lines.slice(1, -1);
};
