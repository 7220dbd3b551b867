import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DeployRole } from "../../components/aws/deploy-role";
import type { DeployRoleArgs } from "../../components/aws/deploy-role";
import type { AwsPlace } from "../../components/aws/place";
import { releaseStatements } from "../../components/aws/release-rights";
import { boundaryStatements, stackStatements } from "../../components/aws/stack-rights";
import { StateBackend, stateStatements } from "../../components/aws/state-backend";
import { tokenIssuer, tokenOf } from "../../components/aws/token-issuer";
import type { Pipeline } from "../../components/aws/token-issuer";
import { ENVIRONMENT_NAMES, SERVICE } from "../../stacks/flowstack/guide";
import { placeOf } from "../../stacks/flowstack/place";
import type { Config } from "../config/read-config";
import { PROJECT } from "../config/schema";
import type { PipelineSettings } from "../config/state-schema";
import type { StateOutputs } from "../outputs/contract";

type Settings = NonNullable<Config["state"]>;

/** The bucket and the key of Pulumi's own state, and the roles of the pipelines that bring up or release environments in the same account. */
export function stateOnAws(settings: Settings): StateOutputs {
  const { account, region, history, locked, adopt } = settings;
  const provider = new aws.Provider("aws-state", { region: region as aws.Region, allowedAccountIds: [account] });
  const place: AwsPlace = {
    prefix: PROJECT,
    account,
    region,
    tags: { project: PROJECT, environment: pulumi.getStack(), "managed-by": "flowfleet" },
  };
  const state = new StateBackend(
    "state",
    { place, ...(history && { history }), ...(locked && { locked }), ...(adopt && { adopt: { bucket: { id: adopt } } }) },
    { providers: { aws: provider } },
  );
  const pipelines = pipelineRoles(settings, { place, state, provider });
  return {
    backendUrl: state.backendUrl,
    secretsProvider: state.secretsProvider,
    ...(Object.keys(pipelines).length > 0 && { pipelines }),
  };
}

type On = { place: AwsPlace; state: StateBackend; provider: aws.Provider };

function pipelineRoles(settings: Settings, { place, state, provider }: On): Record<string, pulumi.Output<string>> {
  const opts = { providers: { aws: provider } };
  const jobs = ENVIRONMENT_NAMES.flatMap((environment) => {
    const { deploy, release, hostedZones = [] } = settings.pipelines[environment] ?? {};
    const of = { environment, hostedZones };
    return [
      ...(deploy ? [{ ...of, purpose: "deploy" as const, pipeline: pipelineOf(deploy) }] : []),
      ...(release ? [{ ...of, purpose: "release" as const, pipeline: pipelineOf(release) }] : []),
    ];
  });
  const issuers = new Map<string, pulumi.Input<string>>(Object.entries(settings.issuers));
  for (const { pipeline } of jobs) {
    const { host } = tokenOf(pipeline);
    // Of no role, so that none takes it along.
    if (!issuers.has(host)) issuers.set(host, tokenIssuer(host.replaceAll(".", "-"), { place, pipeline }, state).arn);
  }
  return Object.fromEntries(
    jobs.map(({ environment, hostedZones, purpose, pipeline }) => {
      const of = placeOf(environment, settings);
      const issuer = issuers.get(tokenOf(pipeline).host);
      const own = { place: of, purpose, pipeline, ...(issuer !== undefined && { provider: issuer }) };
      const rights: Pick<DeployRoleArgs, "statements" | "boundary"> =
        purpose === "deploy"
          ? { statements: { ...stackStatements(of, { hostedZones }), state: stateRights(state) }, boundary: boundaryStatements(of) }
          : { statements: { release: releaseStatements(of, releasedOf(of)) } };
      const role = new DeployRole(`${of.prefix}-${purpose}`, { ...own, ...rights }, opts);
      return [`${of.prefix}-${purpose}`, role.roleArn];
    }),
  );
}

const stateRights = ({ bucket, keyArn }: StateBackend) =>
  pulumi.all([bucket, keyArn]).apply(([name, key]) => stateStatements({ bucket: name, keyArn: key, project: PROJECT }));

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
