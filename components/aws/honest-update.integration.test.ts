import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { up } from "../../rehearsal/engine";
import type { Props, Provider, Result } from "../../rehearsal/engine";
import { madeUp } from "./made-up";
import { deployment, revision, scriptedEcs, service as state } from "./testing/scripted-ecs";
import type { Script } from "./testing/scripted-ecs";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const stateDir = mkdtempSync(join(tmpdir(), "flowfleet-honest-"));
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});
afterAll(() => {
  rmSync(stateDir, { recursive: true, force: true });
});

/** AWS, as far as the program looks: it counts the revisions of task definitions, and takes whatever a service shall be. */
let revisions = 0;
const aws = (): Provider => {
  const told = (type: string, name: string, inputs: Props): Props => ({
    ...inputs,
    ...(JSON.parse(JSON.stringify(madeUp({ type, name, inputs }))) as Props),
    ...(type.endsWith(":TaskDefinition") && { arn: revision(++revisions) }),
  });
  return {
    configure: () => Promise.resolve(),
    check: ({ newInputs }) => Promise.resolve({ inputs: newInputs, failures: [] }),
    diff: ({ type, oldInputs, newInputs }) => {
      const diffs = Object.keys(newInputs).filter((key) => JSON.stringify(oldInputs[key]) !== JSON.stringify(newInputs[key]));
      const replaces = type.endsWith(":TaskDefinition") ? diffs : [];
      return Promise.resolve({
        changes: diffs.length > 0 ? "some" : "none",
        diffs,
        replaces,
        deleteBeforeReplace: false,
        detailedDiff: {},
      });
    },
    create: ({ type, name, inputs }) => Promise.resolve({ id: name, outputs: told(type, name, inputs) }),
    read: ({ id, inputs, outputs }) => Promise.resolve({ id, inputs, outputs }),
    update: ({ oldOutputs, newInputs }) => Promise.resolve({ outputs: { ...oldOutputs, ...newInputs } }),
    delete: () => Promise.resolve(),
    invoke: ({ token }) => Promise.reject(new Error(token)),
    close: () => Promise.resolve(),
  };
};

async function deployed(letter: string, script: Script, reapply?: string): Promise<Result> {
  const ecs = await scriptedEcs(script);
  Object.assign(process.env, { AWS_ENDPOINT_URL: ecs.url, AWS_ACCESS_KEY_ID: "nobody", AWS_SECRET_ACCESS_KEY: "nothing" });
  const cwd = join(__dirname, "testing/honest");
  try {
    return await up({
      cwd,
      stack: "test",
      stateDir,
      passphrase: "honest",
      config: { "honest:digest": digest(letter), ...(reapply !== undefined && { "honest:reapply": reapply }) },
      providers: { aws },
    });
  } finally {
    await ecs.close();
  }
}

const serving = (number: number): Script => ({ DescribeServices: [state([deployment({ taskDefinition: revision(number) })])] });
const STOPPED = {
  taskDefinitionArn: revision(2),
  stoppedReason: "Essential container in task exited",
  containers: [{ name: "app", exitCode: 1 }],
};
const ROLLED_BACK: Script = {
  DescribeServices: [state([deployment({ taskDefinition: revision(1), rolloutStateReason: "circuit breaker: rolling back" })])],
  ListTasks: [{ taskArns: ["arn:aws:ecs:eu-central-1:123456789012:task/flowstack/1"] }],
  DescribeTasks: [{ tasks: [STOPPED] }],
};
const FAILED = deployment({ status: "ACTIVE", rolloutState: "FAILED", rolloutStateReason: "circuit breaker: rolling back" });
const ROLLING_BACK: Script = {
  ...ROLLED_BACK,
  DescribeServices: [
    state([deployment({ rolloutState: "IN_PROGRESS", runningCount: 0 }), deployment({ status: "ACTIVE", taskDefinition: revision(1) })]),
    state([deployment({ taskDefinition: revision(1), rolloutState: "IN_PROGRESS" }), FAILED]),
    state([deployment({ taskDefinition: revision(1) }), FAILED]),
  ],
};
const errors = ({ diagnostics }: Result): string =>
  diagnostics.flatMap(({ severity, message }) => (severity === "error" ? [message] : [])).join("\n");
const REASONS = `flowstack-prod-app: flowstack-app:2 does not serve; flowstack-app:1 does (circuit breaker: rolling back)
Tasks that stopped:
  Essential container in task exited; container app: ended with code 1`;

it("an update succeeds only when ECS serves what it asked for, and tells why when it does not", async () => {
  const first = await deployed("a", serving(1));
  expect(errors(first)).toBe("");
  expect(first.succeeded).toBe(true);
  expect(first.outputs["release"]).toBe(`docker.io/leadevs/fastflow@${digest("a")}`);

  const bad = await deployed("b", ROLLING_BACK);
  expect(bad.succeeded).toBe(false);
  expect(errors(bad)).toContain(REASONS);

  // Nothing to change, and still not what was asked for.
  const again = await deployed("b", ROLLED_BACK);
  expect(again.succeeded).toBe(false);
  expect(errors(again)).toContain(REASONS);

  expect(errors(again)).toContain("To try the same release again: pulumi config set flowfleet:reapply");

  // The cause has passed: another word is another task definition, with which ECS is asked once more.
  const once = await deployed("b", serving(3), "once more");
  expect(errors(once)).toBe("");
  expect(once.steps.some(({ op, type }) => op === "update" && type === "aws:ecs/service:Service")).toBe(true);

  const reverted = await deployed("a", serving(4), "once more");
  expect(errors(reverted)).toBe("");
  expect(reverted.succeeded).toBe(true);
}, 120_000);
