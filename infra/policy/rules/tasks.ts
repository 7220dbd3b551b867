import { group, has, list, number, parsed, shown, type Props, type Resource } from "../resource";
import { all, type Rule, setting, WHERE_IT_COUNTS } from "../rule";

export const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const SERVICE = ["aws:ecs/service:Service"];

/** The containers of a task definition; none while they are not known. */
export const containersOf = ({ props }: Resource): Props[] => list(parsed(props["containerDefinitions"])).map(group);

/** What is wrong with each container of a task. */
const each =
  (wrong: (container: Props) => string | undefined): Rule["check"] =>
  (resource) =>
    containersOf(resource).flatMap((container) => {
      const found = wrong(container);
      return found === undefined ? [] : [`container ${String(container["name"])}: ${found}`];
    });

/** Of ECS. */
export const tasks = {
  "task-without-privileges": {
    asks: "Tasks have no network, processes or privileges of the machine below them",
    controls: ["ECS.1", "ECS.3", "ECS.4", "ECS.17"],
    on: [TASK],
    check: all(
      setting("networkMode", "awsvpc", 'must be "awsvpc"'),
      setting("pidMode", (value) => value !== "host", 'must not be "host"'),
      setting("ipcMode", (value) => value !== "host", 'must not be "host"'),
      each(({ privileged }) => (privileged === true ? "privileged must not be true" : undefined)),
    ),
  },
  "task-without-public-address": {
    asks: "Tasks have no public address",
    controls: ["ECS.2", "ECS.16"],
    on: [...SERVICE, "aws:ecs/taskSet:TaskSet"],
    check: setting("networkConfiguration.assignPublicIp", (value) => value !== true, "must be false"),
  },
  "task-read-only": {
    asks: "The root file system of a task's containers is read-only",
    controls: ["ECS.5"],
    level: WHERE_IT_COUNTS,
    on: [TASK],
    check: each(({ readonlyRootFilesystem }) => (readonlyRootFilesystem === true ? undefined : "readonlyRootFilesystem must be true")),
  },
  "task-logged": {
    asks: "Logs of a task are kept",
    controls: ["ECS.9"],
    on: [TASK],
    check: each(({ logConfiguration }) => ("logDriver" in group(logConfiguration) ? undefined : "logConfiguration is missing")),
  },
  "task-not-root": {
    asks: "Containers of a task run as a user who is not root",
    controls: ["ECS.20"],
    on: [TASK],
    check: each(({ user }) =>
      typeof user === "string" && !/^(?:0|root)?(?::|$)/.test(user) ? undefined : `user must be one that is not root; got ${shown(user)}`,
    ),
  },
  "task-mounts-over-tls": {
    asks: "Shared files reach a task over TLS, by an access point, with the task's own rights",
    controls: ["ECS.18"],
    on: [TASK],
    check: ({ props }) =>
      list(props["volumes"]).flatMap((volume) => {
        const share = group(group(volume)["efsVolumeConfiguration"]);
        if (Object.keys(share).length === 0) return [];
        const name = String(group(volume)["name"]);
        return [
          ...(share["transitEncryption"] === "ENABLED" ? [] : [`volume ${name}: transitEncryption must be "ENABLED"`]),
          ...(group(share["authorizationConfig"])["iam"] === "ENABLED"
            ? []
            : [`volume ${name}: authorizationConfig.iam must be "ENABLED"`]),
        ];
      }),
  },
  "service-platform": {
    asks: "Services run on the latest platform of Fargate",
    controls: ["ECS.10"],
    on: SERVICE,
    check: setting("platformVersion", (value) => value === undefined || value === "LATEST", 'must be "LATEST"'),
  },
  "service-rollout": {
    asks: "A release that does not become healthy is taken back, and the old tasks serve until the new ones do",
    on: SERVICE,
    check: all(
      setting("deploymentCircuitBreaker.enable", true, "must be true"),
      setting("deploymentCircuitBreaker.rollback", true, "must be true"),
      setting("deploymentMinimumHealthyPercent", (value) => number(value) >= 100, "must be 100 or more"),
    ),
  },
  "cluster-insights": {
    asks: "Clusters have Container Insights",
    controls: ["ECS.12"],
    on: ["aws:ecs/cluster:Cluster"],
    check: ({ props }) =>
      has(props["settings"], (one) => group(one)["name"] === "containerInsights" && /^enabled|^enhanced/.test(String(group(one)["value"])))
        ? []
        : ['settings must have containerInsights with "enabled" or "enhanced"'],
  },
} satisfies Record<string, Rule>;
