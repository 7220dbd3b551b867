import { record } from "../../host/recording";
import type { RecordOptions, Recording } from "../../host/recording";
import { Cluster } from "../cluster";
import { EfsShare } from "../efs-share";
import { FargateService } from "../fargate-service";
import type { FargateServiceArgs } from "../fargate-service";
import { LoadBalancer } from "../load-balancer";
import { madeUp } from "../made-up";
import { Network } from "../network";
import { ParameterStore } from "../parameter-store";
import type { AwsPlace } from "../place";
import { SecurityGroup } from "../security-group";

export const PLACE: AwsPlace = {
  prefix: "flowstack-prod",
  account: "123456789012",
  region: "eu-central-1",
  tags: { project: "flowfleet", environment: "prod" },
};
export const DIGEST = `sha256:1a2b3c4d${"0".repeat(56)}`;

export const SUBNETS = {
  publicSubnets: { "eu-central-1a": "subnet-0a", "eu-central-1b": "subnet-0b" },
  privateSubnets: { "eu-central-1a": "subnet-1a", "eu-central-1b": "subnet-1b" },
};
export const network = (reaches: "internet" | "endpoints" = "internet"): Network =>
  new Network("network", { existing: { vpcId: "vpc-0abc", cidr: "10.0.0.0/16", ...SUBNETS, reaches } });

/** What runs in a service by itself. */
export const CONTAINER = {
  project: "flowstack-prod",
  service: "app",
  release: { image: "docker.io/leadevs/fastflow", digest: DIGEST, builtAt: "2026-11-20T10:00:00Z" },
  port: 3000,
  user: "1000:1000",
  overlap: "allowed",
  limits: { cpus: 1, memory: "2 GB" },
  health: {
    path: "/api/v1/ping",
    command: "wget -qO- http://localhost:3000/api/v1/ping",
    interval: "10 seconds",
    startPeriod: "20 seconds",
  },
} as const;

export const balancer = (on: Network): LoadBalancer =>
  new LoadBalancer("balancer", { place: PLACE, network: on, names: ["flowstack.example.com"], by: { zone: "Z0123456789" } });

export type Changes = Partial<Omit<FargateServiceArgs, "entrance">> & { entrance?: Partial<FargateServiceArgs["entrance"]> };

/** A service with all that it stands on. */
export function tier({ entrance, ...more }: Changes = {}, name = "app"): FargateService {
  const on = more.network ?? network();
  const group = new SecurityGroup("group", { place: PLACE, vpcId: on.vpcId, role: "app", description: "Tasks" });
  const own = { place: PLACE, cluster: more.cluster ?? new Cluster("cluster", { place: PLACE }), network: on, group };
  return new FargateService(name, { ...CONTAINER, ...own, ...more, entrance: { balancer: balancer(on), priority: 1, ...entrance } });
}

export const secrets = (): ParameterStore =>
  new ParameterStore("secrets", { place: PLACE, path: "/flowstack/prod", values: { DATABASE_PASSWORD: "canary" } });
export const share = (on: Network): EfsShare =>
  new EfsShare("share", { place: PLACE, network: on, directories: { "/flowstack": { uid: 1000, gid: 1000 } }, clients: {} });

export const recorded = (program: () => unknown, options: RecordOptions = {}): Promise<Recording> =>
  record(program, { made: madeUp, ...options });

/** The inputs of the only resource of a type, such as `"ecs/service:Service"`, or of the one of that name. */
export function inputsOf({ resources }: Recording, type: string, name?: string): Record<string, unknown> {
  const found = resources.filter((one) => one.type === `aws:${type}` && (name === undefined || one.name === name));
  if (found.length !== 1) throw new Error(`${found.length} of ${type}: ${resources.map((one) => `${one.type} ${one.name}`).join(", ")}`);
  return found[0]?.inputs ?? {};
}
