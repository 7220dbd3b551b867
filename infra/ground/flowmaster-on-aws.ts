import * as aws from "@pulumi/aws";
import { mapValues } from "../../components/kernel/map-values";
import { FlowMasterOnAws } from "../../stacks/flowmaster/on-aws";
import type { FlowMasterOnAwsArgs } from "../../stacks/flowmaster/on-aws";
import type { AwsSettings, FlowMasterSettings } from "../../stacks/flowmaster/settings";
import type { FlowMasterOutputs } from "../outputs/contract";
import { flowmasterOutputs } from "../outputs/stack-outputs";

/** FlowMaster in the one account that the configuration names: credentials of another one are refused before anything is made. */
export function flowmasterOnAws(
  settings: FlowMasterSettings,
  on: AwsSettings,
  releases: FlowMasterOnAwsArgs["releases"],
): FlowMasterOutputs {
  const { account, region } = on;
  const provider = new aws.Provider("aws-flowmaster", { region: region as aws.Region, allowedAccountIds: [account] });
  const flowmaster = new FlowMasterOnAws("flowmaster", { settings, aws: on, releases }, { providers: { aws: provider } });
  const { services, parameters, price, dnsName } = flowmaster;
  const known = { cluster: services.backend.cluster, services: mapValues(services, ({ service, logs }) => ({ service, logs })) };
  return flowmasterOutputs(flowmaster, settings, { aws: { account, region, ...known, parameters, price, dnsName } });
}
