import type * as pulumi from "@pulumi/pulumi";
import type { SizeArgs } from "../../components/host/claim";
import type { Service, SITE } from "../../stacks/coreflow/guide";
import type { LogSource } from "../../stacks/flowra/logs";
import type { ScrapeTarget } from "../../stacks/flowra/scrape";

/** What applications and their pipelines may rely on: `pulumi stack output --json` of any stack has this form. */
export interface StackOutputs extends Partial<StateOutputs> {
  /** Version of this form. Another number: something that was here is gone, or of another type. */
  contract: number;
  /** Machines that the stack owns. No secret: every tenant reads it. */
  hosts?: Record<string, HostOutputs>;
  flowmaster?: FlowMasterOutputs;
  flowra?: FlowraOutputs;
  flowstack?: FlowStackOutputs;
  coreflow?: CoreFlowOutputs;
  flatlogic?: FlatlogicOutputs;
}

/** Of the stack that holds Pulumi's own state. No secret. */
export interface StateOutputs {
  /** For `pulumi login`. */
  backendUrl: pulumi.Output<string>;
  /** For `pulumi stack init --secrets-provider`. */
  secretsProvider: pulumi.Output<string>;
  /** Roles that pipelines take on, by environment and purpose: `"flowstack-production-deploy"`. */
  pipelines?: Record<string, pulumi.Output<string>>;
}

/** How a machine is reached over SSH. */
export interface HostOutputs {
  address: pulumi.Output<string>;
  port: pulumi.Output<number>;
  user: pulumi.Output<string>;
  /** Public key to pin. */
  hostKey: pulumi.Output<string>;
  /** What it was declared to have. A system of another stack that has to know it looks, too. */
  size?: SizeArgs;
  /** What it costs for a month, in words, with what was assumed: of a machine that is made. */
  price?: string;
}

/** What every system says about itself. */
export interface SystemOutputs {
  /** Public address, without a slash at its end. */
  url: pulumi.Output<string>;
  /** Beginning of the API's addresses. */
  apiUrl: pulumi.Output<string>;
  /** Answers 200 while the system works. */
  healthUrl: pulumi.Output<string>;
  /** Address of the machine, the guide's `SERVER_HOST`. */
  host: pulumi.Output<string>;
  /** Folder on the machine, the guide's `DEPLOY_PATH`. */
  deployPath: string;
  /** Branch from which the application's pipeline deploys here. */
  branch: string;
  /** Service -> what runs: an image with its digest. */
  release: Record<string, pulumi.Output<string>>;
}

/** Of what runs on a machine or on AWS: `host` and `deployPath`, or `aws`. */
type Elsewhere = Omit<SystemOutputs, "host" | "deployPath"> & Partial<Pick<SystemOutputs, "host" | "deployPath">>;

export type FlowMasterOutputs = Elsewhere & {
  release: Record<"backend" | "frontend", pulumi.Output<string>>;
  aws?: AwsOutputs<"backend" | "frontend">;
};

/** On a machine; or on AWS, where the API is alone. */
export type FlowraOutputs = Elsewhere & {
  release: Record<"api", pulumi.Output<string>> & Partial<Record<"worker", pulumi.Output<string>>>;
  /** Public address of Keycloak, without a slash at its end. */
  authUrl: pulumi.Output<string>;
  /** What its tokens name as their issuer. */
  issuer: pulumi.Output<string>;
  /** Where its metrics are. Outside the machine they do not answer. */
  metrics?: ScrapeTarget[];
  /** Where its logs are on the machine. Those that are files are in `/etc/alloy/file_sd/flowra.json` there, too, for Grafana Alloy. */
  logs?: LogSource[];
  aws?: AwsOutputs<"api">;
};

/** What pipelines and people need to find services on AWS. */
export interface AwsOutputs<Service extends string> {
  account: string;
  region: string;
  cluster: string;
  /** By their names in the guide: what ECS calls each, and the log group of its tasks. */
  services: Record<Service, { service: string; logs: string }>;
  /** Folder of the secrets in Parameter Store. */
  parameters: string;
  /** What all of it costs for a month, in words, with what was assumed. */
  price: string;
  /** Name of the load balancer, to which a domain that is elsewhere leads. */
  dnsName: pulumi.Output<string>;
}

/** On a machine, or on AWS. */
export type FlowStackOutputs = Elsewhere & {
  release: Record<"app", pulumi.Output<string>>;
  /** Who logs in first, and the command that shows the password, which is no output. To be changed after the first login. */
  seed: { user: string; passwordCommand: string };
  aws?: FlowStackAwsOutputs;
};

/** What pipelines and people need to find FlowStack on AWS. */
export interface FlowStackAwsOutputs {
  account: string;
  region: string;
  cluster: string;
  service: string;
  /** Name of the container in the task definition. */
  container: string;
  /** Folder of the secrets in Parameter Store. */
  parameters: string;
  /** Log group of the tasks. */
  logs: string;
  /** What all of it costs for a month, in words, with what was assumed. */
  price: string;
  /** Name of the load balancer, to which a domain that is elsewhere leads. */
  dnsName: pulumi.Output<string>;
}

export type FlatlogicOutputs = SystemOutputs & {
  release: Record<"frontend" | "backend", pulumi.Output<string>>;
  /** Names in PM2 of what serves. */
  processes: Record<"frontend" | "backend", string>;
  /** The name that users ask for, and who sees to it that it leads to the tunnel. */
  dns: { name: string; record: string };
};

export type CoreFlowOutputs = SystemOutputs & {
  /** A commit or an archive of each service, and of the Astro site. */
  release: Record<Service | typeof SITE, pulumi.Output<string>>;
  /** Further names of the site. */
  aliases: readonly string[];
  /** Public address of the dashboard. */
  dashboardUrl: pulumi.Output<string>;
  /** What the machine costs for a month, in words, where the configuration says whose it is. */
  price?: string;
};
