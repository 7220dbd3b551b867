import type { Ask } from "../../components/aws/testing/iam";
import type { Planned } from "./planned-aws";

/** By which the questions about one thing of a plan are written. */
export interface Asks {
  at: (service: string, thing: string) => string;
  name: string;
  account: string;
  inputs: Planned["inputs"];
  /** Of what is made. */
  make: (action: string, resource: string, more?: Record<string, string>) => Ask;
  /** Of what stands, and bears the environment's tags. */
  use: (action: string, resource: string, more?: Record<string, string>) => Ask;
  /** Of what bears no tags, or is known by its name. */
  plain: (action: string, resource: string, more?: Record<string, string>) => Ask;
}
/** What AWS is asked for one thing. */
export type Calls = (asks: Asks) => Ask[];

/** What has a name of ours: the same for all actions. */
export const named =
  (service: string, thing: (asks: Asks) => string, ...actions: string[]): Calls =>
  (asks) =>
    actions.map((action) => asks.plain(`${service}:${action}`, thing(asks)));

export const linked = ({ account, plain }: Asks, service: string): Ask =>
  plain("iam:CreateServiceLinkedRole", `arn:aws:iam::${account}:role/aws-service-role/${service}/AWSServiceRoleFor`, {
    "iam:AWSServiceName": service,
  });

export const passed = ({ account, plain }: Asks, role: string, service: string): Ask =>
  plain("iam:PassRole", `arn:aws:iam::${account}:role/flowstack-production-${role}`, { "iam:PassedToService": service });

export const both =
  (...calls: Calls[]): Calls =>
  (asks) =>
    calls.flatMap((call) => call(asks));
