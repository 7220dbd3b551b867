import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../kernel/map-values";
import { inEcr } from "./ecr-image";
import type { FargateServiceArgs } from "./fargate-service";
import { arnOf, bounded, tagged } from "./place";
import type { Statement } from "./policy";
import { policyText, trustOf } from "./policy";

/** As whom a task starts and runs. */
export interface TaskRoles {
  /** ECS, while it starts the task: fetches the image, reads the secrets, writes the logs. */
  execution: iam.Role;
  /** The application itself: mounts what it mounts, and nothing else. */
  task: iam.Role;
  /** To wait for: a task that starts before would be refused. */
  rights: iam.RolePolicy[];
}

/** The two roles of a service, with no more rights than it needs. */
export function taskRoles(name: string, args: FargateServiceArgs, logPath: string, parent: pulumi.Resource): TaskRoles {
  const { place, service, secrets, volumes = {} } = args;
  const role = (of: "execution" | "task"): iam.Role => {
    const full = `${place.prefix}-${service}-${of}`;
    const assumeRolePolicy = trustOf("ecs-tasks.amazonaws.com", place.account);
    return new iam.Role(`${name}-${of}-role`, { name: full, assumeRolePolicy, ...bounded(place), tags: tagged(place, full) }, { parent });
  };
  const rights = (of: "execution" | "task", { name: to }: iam.Role, statements: pulumi.Input<Statement[]>) =>
    new iam.RolePolicy(`${name}-${of}-rights`, { role: to, name: of, policy: pulumi.output(statements).apply(policyText) }, { parent });

  const execution = role("execution");
  const task = role("task");
  const read: pulumi.Output<Statement[]> = secrets?.readStatements ?? pulumi.output([]);
  const start = read.apply((secret) => [...startStatements(args, logPath), ...secret]);
  const mounts = Object.values(mapValues(volumes, ({ share, directory }) => share.mountStatements(directory)));
  return {
    execution,
    task,
    rights: [
      rights("execution", execution, start),
      ...(mounts.length === 0
        ? []
        : [
            rights(
              "task",
              task,
              pulumi.all(mounts).apply((all) => all.flat()),
            ),
          ]),
    ],
  };
}

/** What ECS needs to start a task, beside the secrets. Pure, so that a test reads it whole. */
export function startStatements(
  args: Pick<FargateServiceArgs, "place" | "release" | "mirror" | "registryCredentials">,
  logPath: string,
): Statement[] {
  const { place, release, mirror, registryCredentials } = args;
  const ecr = inEcr(mirror ?? release.image);
  return [
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: arnOf(place, "logs", `log-group:${logPath}:*`),
    },
    ...(ecr === undefined
      ? []
      : ([
          // It is a login, of no repository in particular.
          { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
          {
            Effect: "Allow",
            Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            Resource: `arn:aws:ecr:${ecr.region}:${ecr.account}:repository/${ecr.repository}`,
          },
        ] as const)),
    ...(registryCredentials === undefined
      ? []
      : [{ Effect: "Allow" as const, Action: "secretsmanager:GetSecretValue", Resource: registryCredentials }]),
  ];
}
