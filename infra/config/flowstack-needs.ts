import { fargateSizeProblems } from "../../components/aws/fargate-size";
import { rolloutTimeProblems } from "../../components/aws/rollout-time";
import { inSeconds } from "../../components/kernel/duration";
import type { Duration } from "../../components/kernel/duration";
import { overlaps, parseSubnet } from "../../components/kernel/ipv4";
import type { Problem } from "../../components/kernel/refuse";
import type { Size } from "../../components/kernel/size";
import { AWS, DEFAULTS, ENVIRONMENTS } from "../../stacks/flowstack/guide";
import { PUBLIC, SECRET } from "../../stacks/flowstack/variables";
import { agentNeeds, readable } from "./machine-needs";
import type { Raw } from "./raw";
import { group } from "./raw";

const PATH = "flowfleet:flowstack";

/** What one setting of FlowStack needs of another. What cannot be read is left to the schema. */
export const flowstackNeeds = (settings: Raw, hosts: Raw): Problem[] => [
  ...placeNeeds(settings),
  ...namesNeeds(settings),
  ...agentNeeds(PATH, settings, hosts),
  ...(settings["aws"] === undefined ? [] : awsNeeds(settings, group(settings["aws"]))),
];

/** Settings that mean nothing on AWS. */
const OF_A_MACHINE = ["directory", "composeFile", "subnet", "volume", "certificate", "maxBody", "postgres"];

function placeNeeds(settings: Raw): Problem[] {
  const { host, aws } = settings;
  if (host === undefined && aws === undefined)
    return [{ path: PATH, wrong: "says neither on which machine nor where on AWS it runs", allowed: "host, aws", todo: "set one of them" }];
  if (aws === undefined) return [];
  return [
    ...(host === undefined ? [] : [{ path: `${PATH}.host`, wrong: "is not for what runs on AWS", todo: "leave out host, or aws" }]),
    ...OF_A_MACHINE.filter((key) => settings[key] !== undefined).map((key) => ({
      path: `${PATH}.${key}`,
      wrong: "is for what runs on a machine",
      todo: "leave it out",
    })),
  ];
}

/** Variables of the guide have settings of their own, or are the stack's to know. */
function namesNeeds({ variables, secrets }: Raw): Problem[] {
  const own: readonly string[] = [...PUBLIC, ...SECRET];
  const given = [
    ...Object.keys(group(variables)).map((name) => ["variables", name]),
    ...Object.keys(group(secrets)).map((name) => ["secrets", name]),
  ];
  const twice = Object.keys(group(variables)).filter((name) => Object.hasOwn(group(secrets), name));
  return [
    ...given
      .filter(([, name = ""]) => own.includes(name))
      .map(([of = "", name = ""]) => ({ path: `${PATH}.${of}.${name}`, wrong: "is decided by the stack", todo: "leave it out" })),
    ...twice.map((name) => ({
      path: `${PATH}.variables.${name}`,
      wrong: "is among the secrets, too",
      todo: "leave it out of one of them",
    })),
  ];
}

function awsNeeds(settings: Raw, aws: Raw): Problem[] {
  return [
    ...networkNeeds(group(aws["network"]), String(aws["region"])),
    ...existingNeeds("entrance", group(aws["entrance"]), ["zone", "certificate", "from"]),
    ...existingNeeds("database", group(aws["database"]), Object.keys(AWS.database).concat("multiAz")),
    ...entranceNeeds(group(aws["entrance"])),
    ...databaseNeeds(group(aws["database"])),
    ...sizeNeeds(settings),
    ...instancesNeeds(settings, group(aws["instances"])),
    ...registryNeeds(aws),
  ];
}

/** What is made and what is there exclude each other. */
function existingNeeds(of: string, given: Raw, own: readonly string[]): Problem[] {
  if (given["existing"] === undefined) return [];
  return own
    .filter((key) => given[key] !== undefined)
    .map((key) => ({ path: `${PATH}.aws.${of}.${key}`, wrong: "is for one that is made, and here it exists", todo: "leave it out" }));
}

function networkNeeds(network: Raw, region: string): Problem[] {
  const path = `${PATH}.aws.network`;
  const { existing, zones, cidr = AWS.network.cidr, nat, endpoints } = network;
  if (existing !== undefined) {
    const [open, closed] = [group(group(existing)["publicSubnets"]), group(group(existing)["privateSubnets"])];
    return [
      ...existingNeeds("network", network, ["cidr", "zones", "nat", "endpoints"]),
      ...zonesNeeds(`${path}.existing.publicSubnets`, Object.keys(open), region),
      ...zonesNeeds(`${path}.existing.privateSubnets`, Object.keys(closed), region),
    ];
  }
  return [
    ...zonesNeeds(`${path}.zones`, Array.isArray(zones) ? zones.map(String) : [], region),
    ...dockerNeeds(`${path}.cidr`, cidr),
    ...(nat === "none" && String(endpoints) === "false"
      ? [{ path: `${path}.endpoints`, wrong: "must not be switched off where nat is none", todo: "nothing could be reached at all" }]
      : []),
  ];
}

function zonesNeeds(path: string, zones: readonly string[], region: string): Problem[] {
  const known = zones.filter((zone) => zone.startsWith(region));
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
const TAKEN = "172.17.0.0/16";
function dockerNeeds(path: string, cidr: unknown): Problem[] {
  const clash = readable(() => overlaps(parseSubnet(String(cidr)), parseSubnet(TAKEN)));
  return clash === true ? [{ path, wrong: `shares addresses with Docker's own ${TAKEN}`, got: cidr }] : [];
}

function entranceNeeds({ zone, certificate, existing }: Raw): Problem[] {
  const path = `${PATH}.aws.entrance`;
  if (existing !== undefined) return [];
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
    : [];
}

/** As the component has it. */
const BACKUP_DAYS = { least: 7, most: 35 };
function databaseNeeds({ backups, existing }: Raw): Problem[] {
  if (existing !== undefined || backups === undefined) return [];
  const days = readable(() => inSeconds(backups as Duration) / 86_400);
  if (days === undefined || (Number.isInteger(days) && days >= BACKUP_DAYS.least && days <= BACKUP_DAYS.most)) return [];
  return [
    {
      path: `${PATH}.aws.database.backups`,
      wrong: "is no time that backups are kept for",
      got: backups,
      allowed: `${BACKUP_DAYS.least} to ${BACKUP_DAYS.most} days`,
    },
  ];
}

function sizeNeeds({ environment, limits }: Raw): Problem[] {
  if (!isEnvironment(environment)) return [];
  const usual = ENVIRONMENTS[environment].limits;
  const { cpus = usual.cpus, memory = usual.memory } = group(limits);
  const found = readable(() => fargateSizeProblems(`${PATH}.limits`, { cpus: Number(cpus), memory: memory as Size }));
  // What is no size at all, the schema says.
  return (found ?? []).filter(({ path }) => path === `${PATH}.limits`);
}

function instancesNeeds(settings: Raw, { min = AWS.instances.min, max = AWS.instances.max }: Raw): Problem[] {
  const health: Raw = { ...DEFAULTS.health, ...group(settings["health"]) };
  const seconds = (of: string) => readable(() => inSeconds(health[of] as Duration));
  const [startPeriod, interval, retries, instances] = [seconds("startPeriod"), seconds("interval"), Number(health["retries"]), Number(min)];
  return [
    ...(Number(max) < Number(min)
      ? [{ path: `${PATH}.aws.instances.max`, wrong: `must be at least instances.min, which is ${String(min)}`, got: max }]
      : []),
    ...(startPeriod === undefined || interval === undefined || !(retries >= 1) || !(instances >= 1)
      ? []
      : rolloutTimeProblems(`${PATH}.health`, { instances, startPeriod, interval, retries })),
  ];
}

/** Without a NAT gateway only ECR is in reach. */
function registryNeeds({ network, mirror }: Raw): Problem[] {
  const { nat, existing } = group(network);
  const closed = existing === undefined ? nat === "none" : group(existing)["reaches"] === "endpoints";
  if (!closed || (typeof mirror === "string" && /^\d{12}\.dkr\.ecr\./.test(mirror))) return [];
  return [
    {
      path: `${PATH}.aws.mirror`,
      wrong:
        mirror === undefined
          ? "is missing: without a NAT gateway images come from ECR alone"
          : "must be in ECR: without a NAT gateway no other registry is in reach",
      ...(mirror === undefined ? {} : { got: mirror }),
      allowed: 'such as "123456789012.dkr.ecr.eu-central-1.amazonaws.com/leadevs/fastflow"',
    },
  ];
}

const isEnvironment = (value: unknown): value is keyof typeof ENVIRONMENTS =>
  typeof value === "string" && Object.hasOwn(ENVIRONMENTS, value);
