import type { ProviderArgs } from "@pulumi/aws/provider";
import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { Ec2Host } from "../../components/aws/ec2-host";
import type { Config } from "../config/read-config";
import { PROJECT } from "../config/schema";
import { isProtected } from "./owned-host";

type Settings = Config["hosts"][string];

/** A machine that is made in the one account that the configuration names. */
export function createdHost(name: string, settings: Settings): Pick<Ec2Host, "address" | "hostKey"> {
  const { create, os, user, web, privateKey } = settings;
  if (!create) throw new Error(`host ${name}: the configuration was not checked`);
  const { account, region, rebuild, ...machine } = create;
  const provider = new Provider(`aws-${name}`, { region: region as ProviderArgs["region"], allowedAccountIds: [account] });
  const environment = pulumi.getStack();
  const place = { prefix: PROJECT, account, region, tags: { project: PROJECT, environment, "managed-by": "flowfleet" } };
  const own = { place, role: `${environment}-${name}`, os, user, web: web === true, protect: isProtected(settings) };
  const ifSaid = { ...(rebuild !== undefined && { rebuild }), ...(privateKey && { privateKey }) };
  return new Ec2Host(`${name}-created`, { ...machine, ...own, ...ifSaid }, { providers: { aws: provider } });
}
