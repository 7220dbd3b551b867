import type { AwsPlace } from "./place";
import { arnOf } from "./place";
import type { Statement } from "./policy";

/** The service that an application's own pipeline brings new images to. */
export interface Released {
  /** Names, as the service tells them. */
  cluster: string;
  service: string;
  /** Of the task definition. */
  family: string;
  /** Names of the roles that its tasks run and start as. */
  roles: readonly string[];
}

/**
 * What a pipeline needs that puts a new image into one service (`deployedBy: ci`), and no more. It cannot ask for a secret; but what it puts
 * there runs with the service's secrets and rights, so that whoever has the role can have them. Pure, so that a test reads it whole.
 */
export function releaseStatements(place: AwsPlace, { cluster, service, family, roles }: Released): Statement[] {
  const ecs = (resource: string) => arnOf(place, "ecs", resource);
  return [
    {
      Sid: "Deploy",
      Effect: "Allow",
      Action: ["ecs:DescribeServices", "ecs:UpdateService"],
      Resource: ecs(`service/${cluster}/${service}`),
    },
    { Sid: "NewDefinition", Effect: "Allow", Action: "ecs:RegisterTaskDefinition", Resource: ecs(`task-definition/${family}:*`) },
    // AWS knows no narrower form of these two.
    { Sid: "Look", Effect: "Allow", Action: ["ecs:DescribeTaskDefinition", "ecs:ListTasks"], Resource: "*" },
    { Sid: "WhyTasksStopped", Effect: "Allow", Action: "ecs:DescribeTasks", Resource: ecs(`task/${cluster}/*`) },
    {
      Sid: "RolesOfItsTasks",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: roles.map((role) => `arn:aws:iam::${place.account}:role/${role}`),
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
  ];
}
