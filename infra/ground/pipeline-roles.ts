import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DeployRole } from "../../components/aws/deploy-role";
import type { DeployRoleArgs } from "../../components/aws/deploy-role";
import { plainParameterStatements } from "../../components/aws/plain-parameters";
import type { AwsPlace } from "../../components/aws/place";
import { arnOf } from "../../components/aws/place";
import { allow } from "../../components/aws/policy";
import { releaseStatements } from "../../components/aws/release-rights";
import { stackStatements } from "../../components/aws/stack-rights";
import { boundaryStatements } from "../../components/aws/stack-rights-boundary";
import { keyOf } from "../../components/aws/state-backend";
import type { StateBackend } from "../../components/aws/state-backend";
import { stateStatements } from "../../components/aws/state-backend-rights";
import { tokenIssuer, tokenOf } from "../../components/aws/token-issuer";
import type { Pipeline } from "../../components/aws/token-issuer";
import { ENVIRONMENT_NAMES, parametersOf, SERVICE } from "../../stacks/flowstack/guide";
import { placeOf } from "../../stacks/flowstack/place";
import type { Config } from "../config/read-config";
import { PROJECT } from "../config/schema";
import { AGENT } from "../config/state-schema";
import type { PipelineSettings } from "../config/state-schema";

type Settings = NonNullable<Config["state"]>;
type OfStack = Settings["stacks"][string];

interface On {
  /** Where the state is. */
  place: AwsPlace;
  state: StateBackend;
  provider: aws.Provider;
}

/** What the jobs of one pipeline get. */
interface Job extends Pick<DeployRoleArgs, "place" | "purpose" | "pipeline" | "statements" | "boundary"> {
  pipeline: Pipeline;
}

/** Stacks that a pipeline brings up. */
export const deployedStacks = ({ pipelines, stacks }: Settings): string[] => [
  ...ENVIRONMENT_NAMES.flatMap((environment) => {
    const { deploy, stack } = pipelines[environment] ?? {};
    return deploy !== undefined && stack !== undefined ? [stack] : [];
  }),
  ...Object.keys(stacks),
];

/** The roles of all pipelines, by their names. */
export function pipelineRoles(settings: Settings, on: On): Record<string, pulumi.Output<string>> {
  const { place, state, provider } = on;
  const opts = { providers: { aws: provider } };
  const jobs = [...environmentJobs(settings, on), ...stackJobs(settings, on)];
  const issuers = new Map<string, pulumi.Input<string>>(Object.entries(settings.issuers));
  for (const { pipeline } of jobs) {
    const { host } = tokenOf(pipeline);
    // Of no role, so that none takes it along.
    if (!issuers.has(host)) issuers.set(host, tokenIssuer(host.replaceAll(".", "-"), { place, pipeline }, state).arn);
  }
  return Object.fromEntries(
    jobs.map((job) => {
      const issuer = issuers.get(tokenOf(job.pipeline).host);
      const name = `${job.place.prefix}-${job.purpose}`;
      return [name, new DeployRole(name, { ...job, ...(issuer !== undefined && { provider: issuer }) }, opts).roleArn];
    }),
  );
}

/** Of environments of FlowStack on AWS: who brings one up, and who puts new images into its service. */
const environmentJobs = (settings: Settings, on: On): Job[] =>
  ENVIRONMENT_NAMES.flatMap((environment): Job[] => {
    const settled = settings.pipelines[environment];
    if (!settled) return [];
    const { deploy, release, hostedZones, parameters, stack } = settled;
    const place = placeOf(environment, settings);
    return [
      ...(deploy
        ? [
            {
              place,
              purpose: "deploy",
              pipeline: pipelineOf(deploy),
              statements: { ...stackStatements(place, { hostedZones }), ...ofStack(on, stack, settled) },
              boundary: boundaryStatements(place, { folder: parametersOf(environment), parameters }),
            },
          ]
        : []),
      ...(release
        ? [
            {
              place,
              purpose: "release",
              pipeline: pipelineOf(release),
              statements: { release: releaseStatements(place, releasedOf(place)) },
            },
          ]
        : []),
    ];
  });

/** Of stacks that have machines, and nothing else on AWS but their state. */
const stackJobs = ({ stacks }: Settings, on: On): Job[] =>
  Object.entries(stacks).map(([stack, settled]) => ({
    place: { ...on.place, prefix: keyOf(on.place, stack) },
    purpose: "deploy",
    pipeline: pipelineOf(settled.deploy),
    statements: ofStack(on, stack, settled),
  }));

/** What every pipeline needs that runs Pulumi for a stack. */
const ofStack = (
  on: On,
  stack: string,
  { borrows, deployKey, outputs }: Pick<OfStack, "borrows" | "deployKey" | "outputs">,
): DeployRoleArgs["statements"] => ({
  state: stateRights(on, stack, borrows),
  ...(deployKey !== undefined && deployKey !== AGENT && { key: [deployKeyStatement(on.place, deployKey)] }),
  ...(outputs !== undefined && { outputs: plainParameterStatements(on.place, outputs) }),
});

function stateRights({ place, state }: On, stack: string, borrows: boolean) {
  const own = state.stackKeys[stack];
  if (own === undefined) throw new Error(`the stack ${stack} has no key`);
  return pulumi.all([state.bucket, state.keyArn, own]).apply(([bucket, bucketKey, stackKey]) => {
    const reads = borrows ? pulumi.getStack() : undefined;
    return stateStatements({ place, bucket, bucketKey, project: PROJECT, stack, stackKey, reads });
  });
}

/** The key by which Pulumi reaches machines of the stack. What encrypts it is AWS's own, which opens it for who may read the parameter. */
const deployKeyStatement = (place: AwsPlace, name: string) =>
  allow("DeployKey", ["ssm:GetParameter"], arnOf(place, "ssm", `parameter${name}`));

/** As FlowStack on AWS names them. */
const releasedOf = ({ prefix }: AwsPlace) => ({
  cluster: prefix,
  service: `${prefix}-${SERVICE}`,
  family: `${prefix}-${SERVICE}`,
  roles: [`${prefix}-${SERVICE}-execution`, `${prefix}-${SERVICE}-task`],
});

/** The configuration was checked for one of each. */
function pipelineOf({ github, gitlab }: PipelineSettings): Pipeline {
  if (github) {
    const { repository, environment, branch, tag = "" } = github;
    return { github: { repository, ...(environment !== undefined ? { environment } : branch !== undefined ? { branch } : { tag }) } };
  }
  if (!gitlab) throw new Error("pipelines: the configuration was not checked");
  const { project, host, branch, tag = "" } = gitlab;
  return { gitlab: { project, host, ...(branch !== undefined ? { branch } : { tag }) } };
}
