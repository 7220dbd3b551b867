import * as aws from "@pulumi/aws";
import { HEALTH_PATH, SERVICE } from "../../stacks/flowstack/guide";
import { FlowStackOnAws } from "../../stacks/flowstack/on-aws";
import type { AwsSettings, FlowStackSettings } from "../../stacks/flowstack/settings";
import type { Config } from "../config/read-config";
import type { FlowStackOutputs } from "../outputs/contract";
import { imageReleases } from "./image-releases";

/** FlowStack in the one account that the configuration names: credentials of another one are refused before anything is made. */
export function flowstackOnAws(config: Config, settings: FlowStackSettings, on: AwsSettings): FlowStackOutputs {
  const { account, region } = on;
  const provider = new aws.Provider("aws", { region: region as aws.Region, allowedAccountIds: [account] });
  const { app: release } = imageReleases(config, "flowstack", ["app"]);
  const flowstack = new FlowStackOnAws("flowstack", { settings, aws: on, release }, { providers: { aws: provider } });
  const { url, app, parameters, dnsName } = flowstack;
  return {
    url,
    apiUrl: url.apply((known) => `${known}/api/v1`),
    healthUrl: url.apply((known) => `${known}${HEALTH_PATH}`),
    branch: settings.branch,
    release: { app: flowstack.release },
    seed: {
      user: settings.seed.user,
      passwordCommand: `aws ssm get-parameter --region ${region} --with-decryption --query Parameter.Value --output text --name ${parameters}/FLOWISE_PASSWORD`,
    },
    aws: {
      account,
      region,
      cluster: app.cluster,
      service: app.service,
      container: SERVICE,
      parameters,
      logs: app.logs,
      price: flowstack.price,
      dnsName,
    },
  };
}
