import { fargateSizeProblems } from "../../components/aws/fargate-size";
import { ownArnProblems } from "../../components/aws/own-arn";
import { REGIONS } from "../../components/aws/regions";
import { rolloutTimeProblems } from "../../components/aws/rollout-time";
import { secretsWithin } from "../../components/aws/stack-rights-boundary";
import { cidrProblems } from "../../components/aws/subnet-plan";
import type { Duration } from "../../components/kernel/duration";
import { inSeconds } from "../../components/kernel/duration";
import { parseSubnet } from "../../components/kernel/ipv4";
import type { Problem } from "../../components/kernel/refuse";
import type { Size } from "../../components/kernel/size";
import { readable } from "./machine-needs";
import type { Raw } from "./raw";
import { group } from "./raw";

/**
 * A system runs on a machine, or on AWS: one of the two.
 *
 * @param ofMachine Settings that mean nothing on AWS.
 */
export function placeNeeds(path: string, settings: Raw, ofMachine: readonly string[]): Problem[] {
  const { host, aws } = settings;
  if (host === undefined && aws === undefined)
    return [{ path, wrong: "says neither on which machine nor where on AWS it runs", allowed: "host, aws", todo: "set one of them" }];
  if (aws === undefined) return [];
  return [
    ...(host === undefined ? [] : [{ path: `${path}.host`, wrong: "is not for what runs on AWS", todo: "leave out host, or aws" }]),
    ...machineOnly(path, settings, ofMachine),
  ];
}

/** What is said that only a machine has. */
export const machineOnly = (path: string, settings: Raw, ofMachine: readonly string[]): Problem[] =>
  ofMachine
    .filter((key) => settings[key] !== undefined)
    .map((key) => ({ path: `${path}.${key}`, wrong: "is for what runs on a machine", todo: "leave it out" }));

/** What is made and what is there exclude each other. */
export function existingNeeds(path: string, given: Raw, own: readonly string[]): Problem[] {
  if (given["existing"] === undefined) return [];
  return own
    .filter((key) => given[key] !== undefined)
    .map((key) => ({ path: `${path}.${key}`, wrong: "is for one that is made, and here it exists", todo: "leave it out" }));
}

/**
 * @param at Path of what is said about AWS.
 * @param usual Addresses of a network that is made, unless others are given.
 */
export function networkNeeds(at: string, aws: Raw, usual: string): Problem[] {
  const path = `${at}.network`;
  const region = String(aws["region"]);
  const network = group(aws["network"]);
  const { existing, zones, cidr = usual, nat, endpoints, others } = network;
  if (existing !== undefined) {
    const [open, closed] = [group(group(existing)["publicSubnets"]), group(group(existing)["privateSubnets"])];
    return [
      ...existingNeeds(path, network, ["cidr", "zones", "nat", "endpoints", "others"]),
      ...zonesNeeds(`${path}.existing.publicSubnets`, Object.keys(open), region),
      ...zonesNeeds(`${path}.existing.privateSubnets`, Object.keys(closed), region),
    ];
  }
  return [
    ...zonesNeeds(`${path}.zones`, Array.isArray(zones) ? zones.map(String) : [], region),
    ...addressNeeds(`${path}.cidr`, cidr, group(others)),
    ...(nat === "none" && String(endpoints) === "false"
      ? [{ path: `${path}.endpoints`, wrong: "must not be switched off where nat is none", todo: "nothing could be reached at all" }]
      : []),
  ];
}

function zonesNeeds(path: string, zones: readonly string[], region: string): Problem[] {
  // What is no region, the schema says.
  const known = REGIONS.includes(region) ? zones.filter((zone) => zone.startsWith(region)) : zones;
  return [
    ...(new Set(zones).size >= 2 && zones.length <= 3
      ? []
      : [
          {
            path,
            wrong: "must be two or three zones",
            got: zones.join(", "),
            allowed: `such as ${region}a, ${region}b`,
            todo: "load balancers and databases need a second one for when the first is gone",
          },
        ]),
    ...(known.length === zones.length ? [] : [{ path, wrong: `must be zones of ${region}`, got: zones.join(", ") }]),
  ];
}

/** Addresses that Fargate's own agent and Docker use in every task. */
const TAKEN = { "Docker itself": "172.17.0.0/16" };

/** A network of a size that subnets fit into, which shares no address with another that is named. What is no network, the schema says. */
function addressNeeds(path: string, cidr: unknown, others: Raw): Problem[] {
  const known = Object.entries(others).flatMap(([name, other]) => (isSubnet(other) ? [[name, String(other)] as const] : []));
  return isSubnet(cidr) ? cidrProblems(path, String(cidr), { ...TAKEN, ...Object.fromEntries(known) }) : [];
}

const isSubnet = (text: unknown): boolean => readable(() => parseSubnet(String(text))) !== undefined;

export function entranceNeeds(at: string, aws: Raw): Problem[] {
  const path = `${at}.entrance`;
  const { zone, certificate, existing } = group(aws["entrance"]);
  if (existing !== undefined) return ownNeeds(`${path}.existing.listener`, "listener", group(existing)["listener"], aws);
  if (zone === undefined && certificate === undefined)
    return [
      {
        path: `${path}.zone`,
        wrong: "is missing: HTTPS needs a certificate, which AWS gives to whoever can write into the domain's zone",
        todo: "set the id of the hosted zone in Route 53, or the ARN of a certificate in certificate",
      },
    ];
  return zone !== undefined && certificate !== undefined
    ? [{ path: `${path}.certificate`, wrong: "excludes zone, by which a certificate is made", todo: "leave out one of them" }]
    : ownNeeds(`${path}.certificate`, "certificate", certificate, aws);
}

/** What is no region and no account, the schema says. */
const ownNeeds = (path: string, kind: "certificate" | "listener", arn: unknown, { account, region }: Raw): Problem[] =>
  REGIONS.includes(String(region)) && /^\d{12}$/.test(String(account))
    ? ownArnProblems(path, kind, arn, { account: String(account), region: String(region) })
    : [];

/** A pair of processors and memory that Fargate has. What is no size at all, the schema says. */
export function sizeNeeds(path: string, limits: Raw, usual: { cpus: number; memory: Size } | undefined): Problem[] {
  if (usual === undefined) return [];
  const { cpus = usual.cpus, memory = usual.memory } = limits;
  const found = readable(() => fargateSizeProblems(path, { cpus: Number(cpus), memory: memory as Size }));
  return (found ?? []).filter((problem) => problem.path === path);
}

/**
 * As many tasks as may be, and so many that a bad release is known in time. Both groups are given with their defaults.
 *
 * @param health With the service's `stopTimeout`.
 */
export function instancesNeeds(path: string, { min, max }: Raw, healthPath: string, health: Raw): Problem[] {
  const seconds = (of: string) => readable(() => inSeconds(health[of] as Duration));
  const [startPeriod, interval, timeout, stopTimeout] = ["startPeriod", "interval", "timeout", "stopTimeout"].map(seconds);
  const [retries, instances] = [Number(health["retries"]), Number(min)];
  return [
    ...(Number(max) < Number(min)
      ? [{ path: `${path}.max`, wrong: `must be at least ${path.split(".").at(-1) ?? ""}.min, which is ${String(min)}`, got: max }]
      : []),
    ...(startPeriod === undefined || interval === undefined || timeout === undefined || !(retries >= 1) || !(instances >= 1)
      ? []
      : rolloutTimeProblems(healthPath, {
          ...{ instances, startPeriod, interval, timeout, retries },
          ...(stopTimeout !== undefined && { stopTimeout }),
        })),
  ];
}

/**
 * What a role within its boundary can read of Secrets Manager.
 *
 * @param at Path of what is said about AWS.
 * @param prefix Begins the environment's names.
 */
export function boundaryNeeds(at: string, { boundary, account, region, registryCredentials }: Raw, prefix: string): Problem[] {
  if (String(boundary) !== "true" || typeof registryCredentials !== "string") return [];
  const within = secretsWithin({ prefix, account: String(account), region: String(region) }).replace(/\*$/, "");
  if (registryCredentials.startsWith(within)) return [];
  return [
    {
      path: `${at}.registryCredentials`,
      wrong: "is no secret that a role within the boundary can read",
      got: registryCredentials,
      allowed: `${within}…`,
      todo: "give the secret such a name, or leave out boundary",
    },
  ];
}
