import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ImageRelease } from "../../components/kernel/container";
import { FlowraApiOnAws } from "../../stacks/flowra/on-aws";
import type { AwsSettings, FlowraSettings } from "../../stacks/flowra/settings";
import type { FlowraOutputs } from "../outputs/contract";
import { flowraOutputs } from "../outputs/stack-outputs";

/** Flowra's API in the one account that the configuration names: credentials of another one are refused before anything is made. */
export function flowraOnAws(settings: FlowraSettings, on: AwsSettings, release: ImageRelease): FlowraOutputs {
  const { account, region } = on;
  const provider = new aws.Provider("aws-flowra", { region: region as aws.Region, allowedAccountIds: [account] });
  const flowra = new FlowraApiOnAws("flowra", { settings, aws: on, release }, { providers: { aws: provider } });
  const { url, api, parameters, price, dnsName } = flowra;
  const services = { api: { service: api.service, logs: api.logs } };
  const known = { url, authUrl: pulumi.output(`https://${settings.authDomain}`) };
  return flowraOutputs(known, settings, {
    release: { api: flowra.release },
    aws: { account, region, cluster: api.cluster, services, parameters, price, dnsName },
  });
}
