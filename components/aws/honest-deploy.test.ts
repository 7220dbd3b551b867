import { ecsClient } from "./ecs-client";
import { proveServing } from "./honest-deploy";
import type { ProofArgs } from "./honest-deploy";
import { deployment, revision, scriptedEcs, service } from "./testing/scripted-ecs";
import type { Script, ScriptedEcs } from "./testing/scripted-ecs";

let ecs: ScriptedEcs | undefined;
const before = { ...process.env };
afterEach(async () => {
  process.env = { ...before };
  await ecs?.close();
});

const ROLLING_BACK = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/0.";
const STOPPED: Script = {
  ListTasks: [
    { taskArns: ["arn:aws:ecs:eu-central-1:123456789012:task/flowstack/1", "arn:aws:ecs:eu-central-1:123456789012:task/flowstack/2"] },
  ],
  DescribeTasks: [
    {
      tasks: [
        {
          taskDefinitionArn: revision(2),
          stoppedReason: "Essential container in task exited",
          containers: [{ name: "app", exitCode: 1, reason: "no DATABASE_HOST" }],
        },
        { taskDefinitionArn: revision(1), stoppedReason: "Scaling activity initiated by deployment ecs-svc/1", containers: [] },
      ],
    },
  ],
};

/** By AWS' own SDK, against a scripted API. */
async function prove(script: Script, more: Partial<ProofArgs> = {}): Promise<string> {
  ecs = await scriptedEcs(script);
  Object.assign(process.env, { AWS_ENDPOINT_URL: ecs.url, AWS_ACCESS_KEY_ID: "nobody", AWS_SECRET_ACCESS_KEY: "nothing" });
  const client = await ecsClient({ region: "eu-central-1", cluster: "flowstack", service: "flowstack-app" });
  try {
    return await proveServing(client, {
      name: "app",
      asked: { taskDefinition: revision(2) },
      patience: 5000,
      grace: 200,
      pause: 1,
      ...more,
    });
  } finally {
    client.close();
  }
}

it("ends when what was asked for serves", async () => {
  await expect(prove({ DescribeServices: [service([deployment({})])] })).resolves.toBe(revision(2));
  expect(ecs?.calls).toEqual(Array(2).fill({ action: "DescribeServices", body: { cluster: "flowstack", services: ["flowstack-app"] } }));
});

it("asks again while it is under way", async () => {
  const starting = service([
    deployment({ rolloutState: "IN_PROGRESS", runningCount: 0 }),
    deployment({ status: "ACTIVE", taskDefinition: revision(1) }),
  ]);
  await expect(prove({ DescribeServices: [starting, starting, service([deployment({})])] })).resolves.toBe(revision(2));
  expect(ecs?.calls).toHaveLength(4);
});

it("does not take for the answer what ECS still says of the time before the update", async () => {
  const stale = service([deployment({ taskDefinition: revision(1) })]);
  const starting = service([
    deployment({ rolloutState: "IN_PROGRESS", runningCount: 0 }),
    deployment({ status: "ACTIVE", taskDefinition: revision(1) }),
  ]);
  await expect(prove({ DescribeServices: [stale, stale, starting, service([deployment({})])] })).resolves.toBe(revision(2));
});

it("does not take a deployment of before for the one that the update began", async () => {
  const stale = service([deployment({ taskDefinition: revision(2) })]);
  const starting = service([deployment({ id: "ecs-svc/2", rolloutState: "IN_PROGRESS", runningCount: 0 })]);
  const done = service([deployment({ id: "ecs-svc/2" })]);
  const again = { asked: "whatever is steady" } as const;
  await expect(prove({ DescribeServices: [stale, starting, done] }, again)).resolves.toBe(revision(2));
});

it("tells the reasons once the release before serves again, not while ECS goes back to it", async () => {
  const failed = deployment({ status: "ACTIVE", rolloutState: "FAILED", rolloutStateReason: "tasks failed to start." });
  const back = service([deployment({ taskDefinition: revision(1), rolloutState: "IN_PROGRESS" }), failed]);
  const steady = service([deployment({ taskDefinition: revision(1) }), failed]);
  await expect(prove({ DescribeServices: [back, back, steady], ...STOPPED }, { grace: 60_000 })).rejects.toThrow(
    "app: flowstack-app:2 does not serve; flowstack-app:1 does (tasks failed to start.)\nTasks that stopped:\n  Essential container",
  );
  expect(ecs?.calls.filter(({ action }) => action === "DescribeServices")).toHaveLength(3);
});

it("fails after a rollback, with the reasons of the tasks that stopped", async () => {
  const rolledBack = service(
    [deployment({ taskDefinition: revision(1), rolloutStateReason: ROLLING_BACK })],
    ["(service flowstack-app) has reached a steady state."],
  );
  await expect(prove({ DescribeServices: [rolledBack], ...STOPPED })).rejects.toThrow(
    new Error(`app: flowstack-app:2 does not serve; flowstack-app:1 does (${ROLLING_BACK})
Tasks that stopped:
  Essential container in task exited; container app: ended with code 1, no DATABASE_HOST
What ECS said last:
  (service flowstack-app) has reached a steady state.`),
  );
  expect(ecs?.calls.find(({ action }) => action === "ListTasks")).toEqual({
    action: "ListTasks",
    body: { cluster: "flowstack", serviceName: "flowstack-app", desiredStatus: "STOPPED" },
  });
});

it.each(["whatever is steady", { taskDefinition: revision(2) }] as const)(
  "fails after a rollback that kept the task definition: %j",
  async (asked) => {
    const begun = { id: "ecs-svc/2", status: "ACTIVE", rolloutState: "FAILED", rolloutStateReason: "tasks failed to start." };
    const states = [
      service([deployment({ id: "ecs-svc/2", rolloutState: "IN_PROGRESS", runningCount: 0, failedTasks: 2 })]),
      service([deployment({ rolloutState: "IN_PROGRESS", rolloutStateReason: ROLLING_BACK }), deployment(begun)]),
      service([deployment({})]),
    ];
    await expect(prove({ DescribeServices: states, ...STOPPED }, { asked, grace: 0 })).rejects.toThrow(
      "app: flowstack-app:2 as it was asked for does not serve; another deployment of it does (tasks failed to start.)\n" +
        "Tasks that stopped:\n  Essential container",
    );
    expect(ecs?.calls.filter(({ action }) => action === "DescribeServices")).toHaveLength(3);
  },
);

it("takes the next release of a pipeline, though another one was on its way before", async () => {
  const states = [
    service([deployment({ rolloutState: "IN_PROGRESS" })]),
    service([deployment({ id: "ecs-svc/2", taskDefinition: revision(3) })]),
  ];
  await expect(prove({ DescribeServices: states }, { asked: "whatever is steady", grace: 0 })).resolves.toBe(revision(3));
});

it("fails when the primary deployment is another's", async () => {
  const other = service([deployment({ taskDefinition: revision(3) })]);
  await expect(prove({ DescribeServices: [other], ListTasks: [{ taskArns: [] }] })).rejects.toThrow(
    "app: flowstack-app:2 does not serve; flowstack-app:3 does",
  );
});

it("fails when the time is over", async () => {
  const starting = service([deployment({ rolloutState: "IN_PROGRESS", runningCount: 1, failedTasks: 2 })]);
  await expect(prove({ DescribeServices: [starting], ...STOPPED }, { patience: 30 })).rejects.toThrow(
    /^app: not steady after 0 s: flowstack-app:2: 1 of 2 tasks run, 2 failed\nTasks that stopped:\n {2}Essential container/,
  );
});

it("takes what a pipeline deployed, if it is steady", async () => {
  const theirs = service([deployment({ taskDefinition: revision(9) })]);
  await expect(prove({ DescribeServices: [theirs] }, { asked: "whatever is steady" })).resolves.toBe(revision(9));
});

it("fails when ECS knows no such service", async () => {
  const none = { services: [], failures: [{ reason: "MISSING" }] };
  await expect(prove({ DescribeServices: [none], ListTasks: [{ taskArns: [] }] })).rejects.toThrow("app: ECS has no such service");
});
