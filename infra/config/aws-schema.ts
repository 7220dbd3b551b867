import * as z from "zod";
import { REGIONS } from "../../components/aws/regions";
import type { Duration } from "../../components/kernel/duration";
import * as f from "./fields";

/** Ids and ARNs of AWS. */
export const id = (kind: string) => f.matches(new RegExp(`^${kind}-[0-9a-f]+$`), `must be an id such as "${kind}-0abc"`);
export const arn = (service: string, example: string) =>
  f.matches(new RegExp(`^arn:aws:${service}:[^\\s]+$`), `must be an ARN such as "${example}"`);
const zone = () => f.matches(/^[a-z]{2}(?:-[a-z]+)+-\d[a-z]$/, 'must be a zone such as "eu-central-1a"');

/** Whose it is, and where. */
export const account = {
  account: f.matches(/^\d{12}$/, "must be the twelve digits of an AWS account, in quotes"),
  region: f.known(REGIONS, "is no region of AWS's public cloud", 'a region is written such as "eu-central-1"'),
};

/** Zone -> subnet. */
const subnets = z.record(zone(), id("subnet"));
/** Settings of a network, but for how its private subnets reach the internet. */
export const networkFields = (cidr: string) => ({
  cidr: f.subnet().default(cidr),
  zones: z.array(zone()).default([]),
  others: z.record(f.slug(), f.subnet()).optional(),
});
export const existingNetwork = { vpcId: id("vpc"), cidr: f.subnet(), publicSubnets: subnets, privateSubnets: subnets };

/** Who may ask, and where the name and its certificate come from. */
export const entranceFields = {
  zone: f.matches(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a hosted zone in Route 53 such as "Z0123456789ABCDEFGHIJ"').optional(),
  certificate: arn("acm", "arn:aws:acm:eu-central-1:123456789012:certificate/…").optional(),
  from: z.array(f.network()).min(1, "must let somebody in").default(["0.0.0.0/0"]),
};

export const instances = (usual: { min: number; max: number }) =>
  f.group({ min: f.integer(1, 1000).default(usual.min), max: f.integer(1, 1000).default(usual.max) });

/** What every system says of its tasks. */
export const taskFields = {
  architecture: f.choice("x86_64", "arm64").default("x86_64"),
  spot: f.flag().default(false),
  registryCredentials: arn("secretsmanager", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:…").optional(),
  alarms: f.group({ emails: z.array(f.email()).default([]) }),
};

/** Where and how services run on AWS that keep no data: their databases are elsewhere, so that they must reach the internet. */
export const dataless = ({ cidr, logs }: { cidr: string; logs: Duration }) => ({
  ...account,
  network: f.group({
    ...networkFields(cidr),
    nat: f.choice("one", "per-zone").default("one"),
    existing: z.strictObject(existingNetwork).optional(),
  }),
  entrance: f.group(entranceFields),
  ...taskFields,
  logs: f.duration().default(logs),
  protect: f.flag().default(true),
});
