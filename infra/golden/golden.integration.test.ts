import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GOLDEN_RELEASES } from "../../cli/plan/example-releases";
import { goldenConfig } from "../../cli/plan/stand-ins";
import type { ConfigValue, Props, StoredResource, Value } from "../../rehearsal/engine";
import { exportState, up } from "../../rehearsal/engine";
import { pretendingProviders } from "../../rehearsal/pretending-providers";
import { readStack, stackNames, stacksReferredBy } from "../config/stacks";
import { operatorsCheckout, releaseBackend } from "./testing/operators-checkout";
import { variantsOf } from "./testing/variants";

// No plan shows a hash, and making them took half of the processor time.
jest.mock("bcryptjs", () => ({ hash: () => Promise.resolve("no hash") }));
// Passwords of no chance, or a plan's marks of them would be others each time.
jest.mock("node:crypto", () => ({ ...jest.requireActual<object>("node:crypto"), randomInt: () => 0 }));

const ROOT = join(__dirname, "../..");
const STACKS = stackNames(ROOT);
const VARIANTS = variantsOf(ROOT);
/** Compared with `prod` instead of a file. */
const ALONE = "prod-flowmaster-alone";
const GOLDEN = [...STACKS, ...Object.keys(VARIANTS).filter((variant) => variant !== ALONE)];
const file = (stack: string) => join(__dirname, `${stack}.json`);

let recorded: Map<string, object>;
beforeAll(async () => {
  recorded = await recordStacks(ROOT, STACKS);
}, 900_000);

it("has a stack for each environment", () => {
  expect(STACKS).toEqual(expect.arrayContaining(["demo", "dev", "local", "prod", "shared", "staging"]));
});

if (ALONE in VARIANTS)
  it("without a system has nothing of it, and needs no machine for it", () => {
    const { resources } = recorded.get(ALONE) as { resources: Record<string, object> };
    const { resources: all } = recorded.get("prod") as { resources: Record<string, object> };
    const theirs = Object.keys(all).filter((path) => !/flowra|flowstack|coreflow|hosts/.test(path));
    expect(Object.keys(resources)).toEqual(theirs);
    expect(theirs.length).toBeGreaterThan(10);
    expect(resources).toEqual(Object.fromEntries(theirs.map((path) => [path, all[path]])));
  });

const UPDATE = process.env["UPDATE_GOLDEN"] === "1";

/** `UPDATE_GOLDEN=1 npx jest infra/golden` writes the files anew; the diff is then what is reviewed. */
it.each(GOLDEN)("the golden plan of %s", (stack) => {
  const found = recorded.get(stack);
  if (UPDATE) writeFileSync(file(stack), `${JSON.stringify(found, null, 2)}\n`);
  const golden: unknown = existsSync(file(stack)) ? JSON.parse(readFileSync(file(stack), "utf8")) : undefined;
  expect(found).toEqual(golden);
});

// The plan of a stack, or of a system in it, that is no more goes with the others' new ones. Until then nothing reads it.
if (UPDATE)
  afterAll(() => {
    const gone = readdirSync(__dirname).filter((name) => name.endsWith(".json") && !GOLDEN.includes(name.slice(0, -".json".length)));
    for (const name of gone) rmSync(join(__dirname, name));
  });

it("neither a release by a pipeline nor secrets that are set change a golden plan", async () => {
  const { folder, remove } = operatorsCheckout(ROOT);
  try {
    await releaseBackend(folder, "demo");
    const plans = await recordStacks(folder, ["demo", "shared"], {});
    for (const stack of ["demo", "shared"]) expect(plans.get(stack)).toEqual(recorded.get(stack));
  } finally {
    remove();
  }
}, 300_000);

const PASSPHRASE = "golden";

/**
 * What an `up` from nothing registers, with nothing outside touched: commands are taken down instead of run.
 *
 * @param root Folder with `Pulumi.yaml`.
 * @returns Stack -> its golden plan.
 */
async function recordStacks(root: string, stacks: readonly string[], otherwise = VARIANTS): Promise<Map<string, object>> {
  const stateDir = mkdtempSync(join(tmpdir(), "flowfleet-golden-"));
  try {
    const running = new Map<string, Promise<object>>();
    const record = (stack: string): Promise<object> => {
      const known = running.get(stack);
      if (known) return known;
      const referred = stacksReferredBy(readStack(root, stack)).map(record);
      const recorded = Promise.all(referred).then(() => recordStack(root, stack, stateDir));
      running.set(stack, recorded);
      return recorded;
    };
    const plans = new Map(await Promise.all(stacks.map(async (stack) => [stack, await record(stack)] as const)));
    for (const [name, { stack, config }] of Object.entries(otherwise)) {
      await Promise.all(stacksReferredBy(readStack(root, stack)).map(record));
      // What other stacks handed over is there, its own state is not.
      const own = mkdtempSync(join(stateDir, "otherwise-"));
      cpSync(join(stateDir, "flowfleet"), join(own, "flowfleet"), { recursive: true });
      rmSync(join(own, "flowfleet", `${stack}.json`));
      plans.set(name, await recordStack(root, stack, own, config));
    }
    return plans;
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

async function recordStack(root: string, stack: string, stateDir: string, otherwise: Record<string, ConfigValue> = {}): Promise<object> {
  const options = { cwd: root, stack, stateDir, passphrase: PASSPHRASE, ignoreConfigFile: true };
  const result = await up({ ...options, config: changed(configOf(root, stack), otherwise), providers: pretendingProviders() });
  // A warning, too, is something to mend: Pulumi prints it with every run.
  const said = result.diagnostics.filter(({ severity }) => severity !== "info");
  if (!result.succeeded || said.length > 0) throw new Error(`${stack}: ${said.map(({ message }) => message).join("\n")}`);
  const { deployment } = await exportState({ ...options, showSecrets: true });
  const resources = (deployment.resources ?? []).filter(({ type }) => !type.startsWith("pulumi:providers:"));
  return {
    outputs: plain(result.outputs),
    resources: Object.fromEntries(byUrn(resources).map((resource) => [path(resource.urn), described(resource)])),
  };
}

const byUrn = (resources: StoredResource[]): StoredResource[] => resources.sort((a, b) => (a.urn < b.urn ? -1 : 1));

/** Neither secrets nor what pipelines release change a golden plan. */
const configOf = (root: string, stack: string): Record<string, ConfigValue> => ({
  ...goldenConfig(root, stack),
  "flowfleet:releases": GOLDEN_RELEASES,
});

/** What is set otherwise comes last: after the secrets of a group whose place it takes. */
const changed = (config: Record<string, ConfigValue>, otherwise: Record<string, ConfigValue>): Record<string, ConfigValue> =>
  Object.fromEntries([...Object.entries(config).filter(([key]) => !(key in otherwise)), ...Object.entries(otherwise)]);

/** What a reader of a diff wants of one resource. */
function described(resource: StoredResource): object {
  const { inputs, parent, dependencies, protect, retainOnDelete } = resource as StoredResource & {
    inputs?: Props;
    parent?: string;
    dependencies?: string[];
    protect?: boolean;
    retainOnDelete?: boolean;
  };
  return {
    ...(parent === undefined ? {} : { parent: name(parent) }),
    ...(dependencies === undefined ? {} : { dependencies: dependencies.map(name).sort() }),
    ...(protect === true ? { protect } : {}),
    ...(retainOnDelete === true ? { retainOnDelete } : {}),
    ...(resource.custom && inputs ? { inputs: inputsOf(inputs) } : {}),
  };
}

function inputsOf({ connection, stdin, ...inputs }: Props): object {
  return {
    ...(connection === undefined ? {} : { connection: door(revealed(connection)) }),
    ...(plain(inputs) as object),
    ...(stdin === undefined ? {} : { stdin: typeof stdin === "string" ? documentOf(JSON.parse(stdin) as object) : "[secret]" }),
  };
}

/** The SDK marks the whole connection as secret; there is none in it as long as the SSH agent has the key. */
const door = (connection: Value): object => Object.fromEntries(Object.entries(connection as Props).map(([key, value]) => [key, key === "privateKey" ? "[secret]" : revealed(value)]));

/** The helper's own source is left out: its changes, new modules too, are reviewed where they are made. */
function documentOf(document: object): object {
  if ("helper" in document && "program" in document) return { ...document, helper: "…", program: "…" };
  return "revision" in document && "files" in document ? { ...document, revision: "…", files: "…" } : document;
}

const isSecret = (value: Value): value is { plaintext: string } => typeof value === "object" && value !== null && "plaintext" in value;
const revealed = (value: Value): Value => (isSecret(value) ? (JSON.parse(value.plaintext) as Value) : value);

function plain(value: Value): Value {
  if (isSecret(value)) return "[secret]";
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  // What providers note for themselves is left out.
  const entries = Object.entries(value).filter(([key]) => key !== "__defaults");
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)]));
}

const path = (urn: string): string => urn.split("::").slice(2).join("::");
const name = (urn: string): string => urn.split("::").at(-1) ?? urn;
