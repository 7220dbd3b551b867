import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsPlace } from "../../components/aws/place";
import { StateBackend } from "../../components/aws/state-backend";
import type { Config } from "../config/read-config";
import { PROJECT } from "../config/schema";
import type { StateOutputs } from "../outputs/contract";
import { deployedStacks, pipelineRoles } from "./pipeline-roles";

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
    {
      place,
      stacks: deployedStacks(settings),
      ...(history && { history }),
      ...(locked && { locked }),
      ...(adopt && { adopt: { bucket: { id: adopt } } }),
    },
    { providers: { aws: provider } },
  );
  const pipelines = pipelineRoles(settings, { place, state, provider });
  return {
    backendUrl: state.backendUrl,
    secretsProvider: state.secretsProvider,
    ...(Object.keys(pipelines).length > 0 && { pipelines }),
  };
}
