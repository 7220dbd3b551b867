import { deploymentBegun, explained, judge } from "./rollout";
import type { Asked, Deployment, ServiceState, Verdict } from "./rollout";

const ARN = "arn:aws:ecs:eu-central-1:123456789012:task-definition/flowstack-app";
const NEW = `${ARN}:8`;
const OLD = `${ARN}:7`;
const primary = (more: Partial<Deployment> = {}): Deployment => ({
  id: "ecs-svc/1",
  status: "PRIMARY",
  taskDefinition: NEW,
  rolloutState: "COMPLETED",
  desired: 2,
  running: 2,
  failed: 0,
  ...more,
});
const state = (...deployments: Deployment[]): ServiceState => ({ status: "ACTIVE", deployments, events: [] });
const asked: Asked = { taskDefinition: NEW };

it.each<[string, ServiceState | undefined, Asked, Verdict]>([
  ["what was asked for serves", state(primary()), asked, { is: "serving", taskDefinition: NEW }],
  ["it scaled to none", state(primary({ desired: 0, running: 0 })), asked, { is: "serving", taskDefinition: NEW }],
  [
    "its tasks are starting",
    state(primary({ rolloutState: "IN_PROGRESS", running: 1 }), primary({ status: "ACTIVE", taskDefinition: OLD })),
    asked,
    { is: "under way", reason: "flowstack-app:8: 1 of 2 tasks run, 0 failed, and an earlier deployment has not ended" },
  ],
  [
    "it is complete, and the one before drains",
    state(primary(), primary({ status: "DRAINING", taskDefinition: OLD })),
    asked,
    { is: "under way", reason: "flowstack-app:8: 2 of 2 tasks run, 0 failed, and an earlier deployment has not ended" },
  ],
  [
    "tasks died after the rollout was complete",
    state(primary({ running: 1, failed: 3 })),
    asked,
    { is: "under way", reason: "flowstack-app:8: 1 of 2 tasks run, 3 failed" },
  ],
  [
    "the circuit breaker rolled back, and the failed deployment is still known",
    state(
      primary({ taskDefinition: OLD, rolloutStateReason: "ECS deployment ecs-svc/9 completed." }),
      primary({
        status: "INACTIVE",
        rolloutState: "FAILED",
        rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
      }),
    ),
    asked,
    {
      is: "failed",
      reason: "flowstack-app:8 does not serve; flowstack-app:7 does (ECS deployment circuit breaker: tasks failed to start.)",
    },
  ],
  [
    "the circuit breaker is rolling back",
    state(
      primary({ taskDefinition: OLD, rolloutState: "IN_PROGRESS" }),
      primary({ status: "ACTIVE", rolloutState: "FAILED", rolloutStateReason: "tasks failed to start." }),
    ),
    asked,
    {
      is: "under way",
      reason: "flowstack-app:8 does not serve; flowstack-app:7 is on its way (tasks failed to start.)",
    },
  ],
  [
    "the release before does not start any more either",
    state(primary({ taskDefinition: OLD, rolloutState: "FAILED", rolloutStateReason: "tasks failed to start." })),
    asked,
    { is: "failed", reason: "flowstack-app:8 does not serve, nor does flowstack-app:7 (tasks failed to start.)" },
  ],
  [
    "the circuit breaker rolled back, and all is steady again, or ECS has not heard of the update yet",
    state(primary({ taskDefinition: OLD, rolloutStateReason: "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1." })),
    asked,
    {
      is: "another's",
      reason:
        "flowstack-app:8 does not serve; flowstack-app:7 does (ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.)",
    },
  ],
  [
    "somebody else deployed",
    state(primary({ taskDefinition: `${ARN}:9` })),
    asked,
    { is: "another's", reason: "flowstack-app:8 does not serve; flowstack-app:9 does" },
  ],
  [
    "there is nothing to roll back to",
    state(
      primary({
        rolloutState: "FAILED",
        running: 0,
        failed: 3,
        rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
      }),
    ),
    asked,
    { is: "failed", reason: "flowstack-app:8: ECS deployment circuit breaker: tasks failed to start." },
  ],
  [
    "it failed and nobody says why",
    state(primary({ rolloutState: "FAILED" })),
    asked,
    { is: "failed", reason: "flowstack-app:8: its rollout failed" },
  ],
  ["it is gone", undefined, asked, { is: "failed", reason: "ECS has no such service" }],
  ["it was deleted", { status: "INACTIVE", deployments: [], events: [] }, asked, { is: "failed", reason: "ECS has no such service" }],
  ["it has no deployment", state(), asked, { is: "under way", reason: "ECS works towards no deployment" }],
  ["a pipeline's release is steady", state(primary({ taskDefinition: OLD })), "whatever is steady", { is: "serving", taskDefinition: OLD }],
  [
    "a pipeline's release failed",
    state(primary({ rolloutState: "FAILED", rolloutStateReason: "tasks failed to start." })),
    "whatever is steady",
    { is: "failed", reason: "flowstack-app:8: tasks failed to start." },
  ],
])("%s", (_, service, wanted, verdict) => {
  expect(judge(service, wanted)).toEqual(verdict);
});

describe("of the same task definition, with other settings", () => {
  const begun = primary({ id: "ecs-svc/2", rolloutState: "IN_PROGRESS", running: 0, failed: 2 });
  const failed = { ...begun, status: "ACTIVE", rolloutState: "FAILED", rolloutStateReason: "tasks failed to start." };
  const back = { rolloutState: "IN_PROGRESS", rolloutStateReason: "rolling back to deploymentId ecs-svc/1." };
  /** What is made of one look after the other. */
  const judged = (...states: ServiceState[]): Verdict[] => {
    let known: Deployment | undefined;
    return states.map((one) => judge(one, asked, (known = deploymentBegun(one, known))));
  };

  it("what was rolled back does not serve, though ECS has forgotten it", () => {
    expect(judged(state(begun), state(primary(back), failed), state(primary()))).toEqual([
      { is: "under way", reason: "flowstack-app:8: 0 of 2 tasks run, 2 failed" },
      {
        is: "under way",
        reason: "flowstack-app:8 as it was asked for does not serve; another deployment of it is on its way (tasks failed to start.)",
      },
      {
        is: "failed",
        reason: "flowstack-app:8 as it was asked for does not serve; another deployment of it does (tasks failed to start.)",
      },
    ]);
  });

  it("what was rolled back does not serve, though nobody saw that it failed", () => {
    expect(judged(state(begun), state(primary({ ...back, rolloutState: "COMPLETED" }))).at(-1)).toEqual({
      is: "another's",
      reason: "flowstack-app:8 as it was asked for does not serve; another deployment of it does (rolling back to deploymentId ecs-svc/1.)",
    });
  });

  it("neither may serve", () => {
    expect(judged(state(begun), state(primary({ rolloutState: "FAILED" }), failed)).at(-1)).toEqual({
      is: "failed",
      reason: "flowstack-app:8 as it was asked for does not serve, nor does another deployment of it (tasks failed to start.)",
    });
  });

  it("what was asked for serves once the deployment before has ended", () => {
    const old = primary({ id: "ecs-svc/1", status: "ACTIVE" });
    expect(judged(state(begun, old), state({ ...begun, rolloutState: "COMPLETED", running: 2 })).at(-1)).toEqual({
      is: "serving",
      taskDefinition: NEW,
    });
  });
});

describe("the reasons", () => {
  const task = (of: string, reason: string, exitCode?: number) => ({ taskDefinition: of, reason, containers: [{ name: "app", exitCode }] });

  it("are those of its own tasks, each once, and what ECS said last", () => {
    const stopped = [
      task(NEW, "Essential container in task exited", 1),
      task(NEW, "Essential container in task exited", 1),
      { ...task(NEW, "Task failed to start"), containers: [{ name: "app", reason: "CannotPullContainerError: no such image" }] },
      task(OLD, "Scaling activity initiated by (deployment ecs-svc/1)"),
    ];
    const events = ["six", "five", "four", "three", "two", "one"].map((number) => `(service flowstack-app) ${number}`);
    expect(explained("flowstack-app", "it does not serve", stopped, asked, { ...state(primary()), events }))
      .toBe(`flowstack-app: it does not serve
Tasks that stopped:
  Essential container in task exited; container app: ended with code 1 (2 times)
  Task failed to start; container app: CannotPullContainerError: no such image
What ECS said last:
  (service flowstack-app) six
  (service flowstack-app) five
  (service flowstack-app) four
  (service flowstack-app) three
  (service flowstack-app) two`);
  });

  it("are all tasks' of a pipeline's release", () => {
    expect(explained("app", "failed", [task(OLD, "Out of memory", 137)], "whatever is steady", undefined)).toBe(
      "app: failed\nTasks that stopped:\n  Out of memory; container app: ended with code 137",
    );
  });

  it("may have been forgotten", () => {
    expect(explained("app", "failed", [task(OLD, "another's")], asked, undefined)).toBe(
      "app: failed\nECS keeps no stopped task of it, which it forgets after an hour.",
    );
  });
});
