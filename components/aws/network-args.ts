import type { Duration } from "../kernel/duration";
import type * as pulumi from "@pulumi/pulumi";
import type { Adopted } from "./adopted";
import type { AwsPlace } from "./place";

/** How private subnets reach the internet: by one NAT gateway, by one in each zone, or not at all. */
export type Nat = "one" | "per-zone" | "none";

export interface NewNetwork {
  place: AwsPlace;
  /** All its addresses, from /16 to /24: `"10.40.0.0/16"`. Subnets are parts of it. AWS cannot change it. */
  cidr: string;
  /** Two or three zones of the region: `["eu-central-1a", "eu-central-1b"]`. Another one is added at the end. */
  zones: readonly string[];
  /**
   * One gateway is a single point of failure: when its zone is gone, the others cannot reach the internet. Without any, AWS's own
   * services are reached by endpoints, and nothing else is: images can come from ECR of the region only.
   */
  nat: Nat;
  /** AWS's services are reached without leaving the network. @default true without NAT, else false; S3's costs nothing and is always there */
  endpoints?: boolean;
  /** Networks that this one must not share addresses with, by name: `{ office: "10.0.0.0/16" }`. @default none */
  others?: Readonly<Record<string, string>>;
  /** Networks that may reach port 22 of the machines in it. @default none */
  sshFrom?: readonly string[];
  /** How long refused connections stay on record. @default "90 days" */
  flowLogs?: Duration;
  /** ARN of the key that encrypts the record. @default CloudWatch's own */
  key?: pulumi.Input<string> | undefined;
  /** What stands already and is taken over: `{ vpc: { id: "vpc-0abc" } }`. */
  adopt?: Adopted;
}

/** A network of somebody else's, e.g. of Terraform. Nothing in it changes. */
export interface ExistingNetwork {
  existing: {
    /** `"vpc-0abc"` */
    vpcId: string;
    cidr: string;
    /** Zone -> subnet with a route to the internet gateway: `{ "eu-central-1a": "subnet-0abc" }`. */
    publicSubnets: Readonly<Record<string, string>>;
    /** Zone -> subnet without one, of the same zones. */
    privateSubnets: Readonly<Record<string, string>>;
    /** Where its private subnets can go: anywhere by a NAT gateway, or to AWS's services only. @default "internet" */
    reaches?: Reach;
  };
}

export type Reach = "internet" | "endpoints";

export type NetworkArgs = NewNetwork | ExistingNetwork;
