/** What ECS says of a service, as far as it tells whether what was asked for serves. */
export interface ServiceState {
  /** `ACTIVE`, while it is there. */
  status: string;
  deployments: readonly Deployment[];
  /** The newest first. */
  events: readonly string[];
}

export interface Deployment {
  /** `"ecs-svc/1234"`: the same task definition with other settings is another deployment. */
  id: string;
  /** `PRIMARY` is the one that ECS works towards; after a rollback that is an older one. */
  status: string;
  /** ARN of the task definition. */
  taskDefinition: string;
  /** `COMPLETED`, `IN_PROGRESS` or `FAILED`. */
  rolloutState: string;
  rolloutStateReason?: string | undefined;
  desired: number;
  running: number;
  failed: number;
}

/** A task that ended, and what ECS says about why. */
export interface StoppedTask {
  taskDefinition: string;
  /** `"Task failed ELB health checks in (target-group …)"`. */
  reason: string;
  containers: readonly { name: string; exitCode?: number | undefined; reason?: string | undefined }[];
}

/** What shall serve: a task definition, by its ARN; or, where the application's own pipeline deploys, whatever there is, if it is steady. */
export type Asked = { taskDefinition: string } | "whatever is steady";

export type Verdict =
  | { is: "serving"; taskDefinition: string }
  /** Ask again. `reason` is what to say when the time is over. */
  | { is: "under way"; reason: string }
  /** Another release serves, and nothing says that ours failed: ECS may know so little of an update for some seconds, or for ever. */
  | { is: "another's"; reason: string }
  | { is: "failed"; reason: string };

/**
 * Whether a deployment is what it says. Pure, so that a table tests it.
 *
 * @param begun The deployment that the update began, by `deploymentBegun`, as far as that is known yet.
 */
export function judge(service: ServiceState | undefined, asked: Asked, begun?: Deployment): Verdict {
  if (service === undefined || service.status !== "ACTIVE") return failed("ECS has no such service");
  const primary = primaryOf(service);
  if (primary === undefined) return underWay("ECS works towards no deployment");
  const name = short(primary.taskDefinition);
  if (asked !== "whatever is steady" && primary.taskDefinition !== asked.taskDefinition) {
    const ours = service.deployments.find(({ taskDefinition }) => taskDefinition === asked.taskDefinition);
    return another(primary, name, ours, short(asked.taskDefinition));
  }
  if (begun !== undefined && primary.id !== begun.id)
    return another(primary, "another deployment of it", begun, `${name} as it was asked for`);
  if (primary.rolloutState === "FAILED")
    return failed(`${short(primary.taskDefinition)}: ${primary.rolloutStateReason ?? "its rollout failed"}`);
  const rest = service.deployments.length - 1;
  if (primary.rolloutState !== "COMPLETED" || rest > 0 || primary.running < primary.desired)
    return underWay(
      `${short(primary.taskDefinition)}: ${primary.running} of ${primary.desired} tasks run, ${primary.failed} failed` +
        (rest > 0 ? ", and an earlier deployment has not ended" : ""),
    );
  return { is: "serving", taskDefinition: primary.taskDefinition };
}

const primaryOf = (service: ServiceState | undefined): Deployment | undefined =>
  service?.deployments.find(({ status }) => status === "PRIMARY");

/**
 * The deployment that an update began, as ECS last told of it: one that is rolled back may be gone from the list before anybody reads there that
 * it failed. Settings such as subnets change without another task definition, so that after their rollback only the deployment's id is another.
 *
 * @param before What was found in the look before; nothing as long as ECS may still tell of the time before the update.
 */
export function deploymentBegun(service: ServiceState | undefined, before: Deployment | undefined): Deployment | undefined {
  const primary = primaryOf(service);
  // A pipeline has gone on to its next release.
  if (before === undefined || (primary !== undefined && primary.taskDefinition !== before.taskDefinition)) return primary;
  return service?.deployments.find(({ id }) => id === before.id) ?? before;
}

/** ECS works towards something else: after a rollback by the circuit breaker the deployment before, which is mostly of another task definition. */
function another(primary: Deployment, other: string, ours: Deployment | undefined, asked: string): Verdict {
  const why = (ours?.rolloutState === "FAILED" ? ours.rolloutStateReason : undefined) ?? primary.rolloutStateReason;
  const said = (words: string) => `${asked} does not serve${words}${why === undefined || why === "" ? "" : ` (${why})`}`;
  switch (primary.rolloutState) {
    case "COMPLETED":
      return {
        is: ours?.rolloutState === "FAILED" ? "failed" : "another's",
        reason: said(`; ${other} does`),
      };
    case "FAILED":
      return failed(said(`, nor does ${other}`));
    default:
      return underWay(said(`; ${other} is on its way`));
  }
}

const LAST = 5;

/** What a person needs to know of why it failed: the verdict, the reasons of the tasks that ended, the last events. */
export function explained(
  name: string,
  reason: string,
  stopped: readonly StoppedTask[],
  asked: Asked,
  service: ServiceState | undefined,
): string {
  const ours = stopped.filter(({ taskDefinition }) => asked === "whatever is steady" || taskDefinition === asked.taskDefinition);
  const tasks = counted(ours.map(taskWords));
  const events = (service?.events ?? []).slice(0, LAST);
  return [
    `${name}: ${reason}`,
    ...(tasks.length === 0
      ? ["ECS keeps no stopped task of it, which it forgets after an hour."]
      : ["Tasks that stopped:", ...indented(tasks)]),
    ...(events.length === 0 ? [] : ["What ECS said last:", ...indented(events)]),
  ].join("\n");
}

/** The same words once, and how often. */
function counted(words: readonly string[]): string[] {
  const all = new Map<string, number>();
  for (const one of words) all.set(one, (all.get(one) ?? 0) + 1);
  return [...all].slice(0, LAST).map(([one, times]) => (times === 1 ? one : `${one} (${times} times)`));
}

const taskWords = ({ reason, containers }: StoppedTask): string =>
  [
    reason,
    ...containers.flatMap(({ name, exitCode, reason: why }) => {
      const told = [...(exitCode === undefined ? [] : [`ended with code ${exitCode}`]), ...(why === undefined ? [] : [why])];
      return told.length === 0 ? [] : [`container ${name}: ${told.join(", ")}`];
    }),
  ].join("; ");

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
/** `"flowstack-production:7"`. */
const short = (arn: string): string => arn.split("/").at(-1) ?? arn;
const failed = (reason: string): Verdict => ({ is: "failed", reason });
const underWay = (reason: string): Verdict => ({ is: "under way", reason });
