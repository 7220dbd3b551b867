import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";
import { checkout } from "../../cli/checkout";
import { type ConfigValue } from "../engine";
import { statePassphrase } from "../stand-ins";
import { succeeded, type World } from "./world";

/** What Pulumi needs of a checkout; a copy, because `stack init` and `config set` write into the stack files. */
const PROGRAM = ["Pulumi.yaml", "package.json", "tsconfig.json", "infra", "stacks", "components", "releases"];

/** Tests of the official command line, where there is one: `FLOWFLEET_PULUMI` is its path, its plug-ins are below `PULUMI_HOME`. */
export function withOfficialCli(tests: (cli: string) => void): void {
  const cli = process.env["FLOWFLEET_PULUMI"] ?? "";
  if (cli !== "") tests(cli);
  else
    test("the official command line", () => {
      process.stdout.write("not run: no official CLI\n");
      expect(process.env["FLOWFLEET_PULUMI"] ?? "").toBe("");
    });
}

export interface Said {
  exitCode: number;
  /** Both streams, in the order in which they were written. */
  text: string;
}

/** A copy of the project with a state backend of its own, as the official command line sees it. */
export class OfficialProject {
  private readonly folder = mkdtempSync(path.join(tmpdir(), "flowfleet-official-"));
  readonly cwd = path.join(this.folder, "project");
  /** Everything that was printed so far. */
  printed = "";
  private readonly env: Record<string, string>;

  constructor(
    private readonly cli: string,
    about: { sshAgent: string; passphrase: string },
  ) {
    const state = path.join(this.folder, "state");
    for (const folder of [this.cwd, state]) mkdirSync(folder);
    const files = [...PROGRAM, ...readdirSync(checkout).filter((file) => /^Pulumi\..+\.yaml$/.test(file))];
    for (const file of files) cpSync(path.join(checkout, file), path.join(this.cwd, file), { recursive: true });
    symlinkSync(path.join(checkout, "node_modules"), path.join(this.cwd, "node_modules"));
    this.env = {
      PATH: `${path.dirname(cli)}${path.delimiter}${process.env["PATH"] ?? ""}`,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: about.passphrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      SSH_AUTH_SOCK: about.sshAgent,
    };
  }

  static of(cli: string, { prepared }: World): OfficialProject {
    return new OfficialProject(cli, { sshAgent: prepared.sshAgent, passphrase: statePassphrase(prepared.estate.stateDir) });
  }

  /** Runs a command; one that fails, fails the test with all it printed unless `check` is false. */
  async pulumi(args: string[], { input, check = true }: { input?: string; check?: boolean } = {}): Promise<Said> {
    const argv = ["--non-interactive", "--color", "never", ...args];
    const { exitCode, all = "" } = await execa(this.cli, argv, {
      cwd: this.cwd,
      env: this.env,
      input: input ?? "",
      all: true,
      reject: false,
    });
    this.printed += all;
    if (check && exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${exitCode}:\n${all}`);
    return { exitCode, text: all };
  }

  /** Makes a stack and sets what differs from its file: settings as arguments, each secret on stdin. */
  async init(stack: string, config: Record<string, ConfigValue>): Promise<void> {
    await this.pulumi(["stack", "init", stack, "--secrets-provider", "passphrase", "--no-select"]);
    const settings = Object.entries(config).filter(([, value]) => value !== null && !isSecret(value));
    if (settings.length > 0) await this.set(stack, Object.fromEntries(settings));
    for (const [key, value] of Object.entries(config))
      if (value === null) await this.pulumi(["config", "rm", "--stack", stack, "--path", key]);
      else if (isSecret(value)) await this.pulumi(["config", "set", "--stack", stack, "--secret", "--path", key], { input: value.secret });
  }

  async set(stack: string, settings: Record<string, ConfigValue>): Promise<void> {
    const pairs = Object.entries(settings).flatMap(([key, value]) => leaves(key, value).flatMap((pair) => ["--plaintext", pair]));
    await this.pulumi(["config", "set-all", "--stack", stack, "--path", ...pairs]);
  }

  /** Which releases run in a stack, as its deploy job commits them. */
  release(stack: string, text: string): void {
    writeFileSync(path.join(this.cwd, "releases", `${stack}.yaml`), text);
  }

  remove(): void {
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true });
  }
}

/** The command line takes a list by its items; one that was longer keeps the rest. */
const leaves = (key: string, value: ConfigValue): string[] =>
  Array.isArray(value)
    ? value.flatMap((item: ConfigValue, index) => leaves(`${key}[${index}]`, item))
    : [`${key}=${typeof value === "string" ? value : JSON.stringify(value)}`];

const isSecret = (value: ConfigValue): value is { secret: string } =>
  typeof value === "object" && value !== null && "secret" in value && typeof value.secret === "string";

/** What the rehearsal puts in the place of the real thing, but for the release file, which lies where the deploy job puts it. */
export const configOf = (world: World, stack: string): Record<string, ConfigValue> =>
  Object.fromEntries(Object.entries(world.engine(stack).config ?? {}).filter(([key]) => key !== "flowfleet:releases"));

export const secretOf = (value: ConfigValue): string | undefined => (isSecret(value) ? value.secret : undefined);

export interface Plan {
  /** Everything that is registered, by URN without stack and project, without what provides it. */
  resources: string[];
  /** Whatever else was printed. */
  said: string[];
}

interface Digest {
  steps: { op: string; urn: string }[];
  diagnostics?: { severity: string; message: string }[];
}

const resourcesOf = (urns: readonly string[]): string[] =>
  urns
    .map((urn) => urn.split("::").slice(2).join("::"))
    .filter((urn) => !/(?:^|\$)pulumi:providers:/.test(urn))
    .sort();

/** What a preview from nothing would register, and whatever it had to say. */
export function planned(json: string): Plan {
  const { steps, diagnostics = [] } = JSON.parse(json) as Digest;
  return {
    resources: resourcesOf(steps.map(({ urn }) => urn)),
    said: diagnostics.map(({ severity, message }) => `${severity}: ${message}`),
  };
}

/** What the offline engine makes of the world's configuration; this one differs from the golden plan by the test CA. */
export async function ownPlan(world: World, stack: string): Promise<Plan> {
  const { steps } = succeeded(await world.preview(stack));
  return { resources: resourcesOf(steps.map(({ urn }) => urn)), said: [] };
}

/** @param leftOut Systems of the stack that are not in the plan to compare with: with the machines that are named like them. */
export function goldenPlan(stack: string, leftOut: readonly string[] = []): Plan {
  const golden = JSON.parse(readFileSync(path.join(checkout, "infra/golden", `${stack}.json`), "utf8")) as { resources: object };
  const isLeftOut = (urn: string): boolean => leftOut.some((system) => (urn.split("::").at(-1) ?? "").startsWith(system));
  const resources = Object.keys(golden.resources).filter((urn) => !isLeftOut(urn));
  return { resources: resources.sort(), said: [] };
}
