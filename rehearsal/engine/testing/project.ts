/** A project in a temporary folder whose program is given as text, and the engine's operations on it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { destroy, preview, refresh, up } from "../engine";
import type { EngineEvent, EngineOptions, Result } from "..";
import { fakeWorld, type FakeWorld } from "./fake-provider";

const NODE_MODULES = path.resolve(__dirname, "../../../node_modules");
/** `new Thing("a", {value: 1})` is a resource of the fake provider. */
const PRELUDE = `
const pulumi = require("@pulumi/pulumi");
const STEP = process.env.STEP;
class Thing extends pulumi.CustomResource {
  constructor(name, props, opts) { super("test:index:Thing", name, {result: undefined, ...props}, opts); }
}
class Group extends pulumi.ComponentResource {
  constructor(name, props, opts) { super("test:index:Group", name, props ?? {}, opts); }
}
`;

export class TestProject {
  readonly dir = mkdtempSync(path.join(tmpdir(), "engine-test-"));
  readonly world: FakeWorld = fakeWorld();
  readonly stateDir = path.join(this.dir, "state");
  events: EngineEvent[] = [];

  constructor(program: string, files: Record<string, string> = {}) {
    symlinkSync(NODE_MODULES, path.join(this.dir, "node_modules"));
    this.write("Pulumi.yaml", "name: tested\nmain: index.js\nruntime:\n  name: nodejs\n  options: {typescript: false}\n");
    this.write("package.json", "{}");
    this.program(program);
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }
  program(text: string): void {
    this.write("index.js", PRELUDE + text);
  }
  write(name: string, text: string): void {
    const file = path.join(this.dir, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  stateText(stack = "dev"): string {
    return readFileSync(path.join(this.stateDir, "tested", `${stack}.json`), "utf8");
  }
  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  readonly preview = (more: Partial<EngineOptions> = {}): Promise<Result> => this.run(preview, more);
  readonly up = (more: Partial<EngineOptions> = {}): Promise<Result> => this.run(up, more);
  readonly refresh = (more: Partial<EngineOptions> = {}): Promise<Result> => this.run(refresh, more);
  readonly destroy = (more: Partial<EngineOptions> = {}): Promise<Result> => this.run(destroy, more);

  private run(operation: (options: EngineOptions) => Promise<Result>, more: Partial<EngineOptions>): Promise<Result> {
    this.events = [];
    return operation({
      cwd: this.dir,
      stack: "dev",
      stateDir: this.stateDir,
      passphrase: "test",
      providers: this.world.providers,
      onEvent: (event) => this.events.push(event),
      ...more,
    });
  }
}
/** `create a`, `replace b` … in the order in which they started, without the stack and providers. */
export function opsOf(result: Result): string[] {
  return result.steps
    .filter(({ type }) => !type.startsWith("pulumi:"))
    .map(({ op, urn, outcome }) => `${op} ${urn.split("::").pop() ?? ""}${outcome === "done" ? "" : ` (${outcome})`}`);
}
