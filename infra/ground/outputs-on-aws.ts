import type { Region } from "@pulumi/aws";
import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { PlainParameters } from "../../components/aws/plain-parameters";
import type { AwsPlace } from "../../components/aws/place";
import { mirrorFolder } from "../config/mirror-folder";
import type { Config } from "../config/read-config";
import { PROJECT } from "../config/schema";
import type { StackOutputs } from "../outputs/contract";
import { mirrored } from "../outputs/mirror";

type Settings = NonNullable<Config["outputs"]["mirror"]>;

/**
 * The outputs once more, in Parameter Store of the one account that the configuration names. None is written before every system stands that
 * they speak of: who reads there is not told what is not there yet.
 */
export function mirrorOutputs({ account, region, path }: Settings, outputs: StackOutputs): void {
  const stack = pulumi.getStack();
  const provider = new Provider("aws-outputs", { region: region as Region, allowedAccountIds: [account] });
  const place: AwsPlace = { prefix: PROJECT, account, region, tags: { project: PROJECT, environment: stack, "managed-by": "flowfleet" } };
  // Whatever an output waits for, all of them wait for.
  const dependsOn = pulumi.output(outputs).apply(() => []);
  const values = mirrored(outputs);
  new PlainParameters("outputs", { place, path: path ?? mirrorFolder(stack), values }, { providers: { aws: provider }, dependsOn });
}
