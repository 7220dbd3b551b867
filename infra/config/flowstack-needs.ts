import { credentialsOutOfReach, inEcr } from "../../components/aws/ecr-image";
import { retentionProblems } from "../../components/aws/log-retention";
import { authoritiesProblems } from "../../components/aws/rds-authorities";
import { REGIONS } from "../../components/aws/regions";
import { inSeconds } from "../../components/kernel/duration";
import type { Duration } from "../../components/kernel/duration";
import type { Problem } from "../../components/kernel/refuse";
import { AWS, DEFAULTS, ENVIRONMENTS, PROJECT } from "../../stacks/flowstack/guide";
import { PUBLIC, SECRET } from "../../stacks/flowstack/variables";
import { boundaryNeeds, entranceNeeds, existingNeeds, instancesNeeds, networkNeeds, placeNeeds, sizeNeeds } from "./aws-needs";
import { agentNeeds, readable } from "./machine-needs";
import type { Raw } from "./raw";
import { group } from "./raw";
import { rdsNeeds } from "./rds-needs";
import { standingNeeds } from "./standing-needs";

const PATH = "flowfleet:flowstack";

/** What one setting of FlowStack needs of another. What cannot be read is left to the schema. */
export const flowstackNeeds = (settings: Raw, hosts: Raw): Problem[] => [
  ...placeNeeds(PATH, settings, OF_A_MACHINE),
  ...namesNeeds(settings),
  ...agentNeeds(PATH, settings, hosts),
  ...(settings["aws"] === undefined ? [] : awsNeeds(settings, group(settings["aws"]))),
];

/** Settings that mean nothing on AWS. */
const OF_A_MACHINE = ["directory", "composeFile", "subnet", "volume", "certificate", "maxBody", "postgres"];

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
    ...networkNeeds(`${PATH}.aws`, aws, AWS.network.cidr),
    ...existingNeeds(`${PATH}.aws.entrance`, group(aws["entrance"]), ["zone", "certificate", "from"]),
    ...existingNeeds(
      `${PATH}.aws.database`,
      group(aws["database"]),
      Object.keys(AWS.database).concat("multiAz", "lastSnapshot", "majorUpgrade"),
    ),
    ...entranceNeeds(`${PATH}.aws`, aws),
    ...authoritiesNeeds(aws),
    ...rdsNeeds(`${PATH}.aws.database`, group(aws["database"]), AWS.database),
    ...(readable(() => inSeconds(aws["logs"] as Duration)) === undefined
      ? []
      : retentionProblems(`${PATH}.aws.logs`, aws["logs"] as Duration)),
    ...sizeNeeds(
      `${PATH}.limits`,
      group(settings["limits"]),
      isEnvironment(settings["environment"]) ? ENVIRONMENTS[settings["environment"]].limits : undefined,
    ),
    ...instancesNeeds(`${PATH}.aws.instances`, { ...AWS.instances, ...group(aws["instances"]) }, `${PATH}.health`, {
      ...DEFAULTS.health,
      stopTimeout: settings["stopTimeout"] ?? DEFAULTS.stopTimeout,
      ...group(settings["health"]),
    }),
    ...registryNeeds(aws),
    ...boundaryNeeds(`${PATH}.aws`, aws, `${PROJECT}-${String(settings["environment"])}`),
    ...standingNeeds(`${PATH}.aws`, settings, aws),
  ];
}

/** What is no region, the schema says. */
function authoritiesNeeds({ region, database }: Raw): Problem[] {
  const given = group(database)["authorities"];
  if (typeof region !== "string" || !REGIONS.includes(region)) return [];
  return authoritiesProblems(`${PATH}.aws.database.authorities`, region, typeof given === "string" ? given : undefined);
}

/** Without a NAT gateway only the region's own ECR is in reach. */
function registryNeeds({ region, network, mirror, registryCredentials }: Raw): Problem[] {
  const { nat, existing } = group(network);
  const closed = existing === undefined ? nat === "none" : group(existing)["reaches"] === "endpoints";
  if (!closed) return [];
  const credentials = registryCredentials === undefined ? [] : credentialsOutOfReach(`${PATH}.aws.registryCredentials`);
  if (typeof mirror === "string" && inEcr(mirror)?.region === region) return credentials;
  return [
    ...credentials,
    {
      path: `${PATH}.aws.mirror`,
      wrong:
        mirror === undefined
          ? `is missing: without a NAT gateway images come from ECR of ${String(region)} alone`
          : `must be in ECR of ${String(region)}: without a NAT gateway no other registry is in reach`,
      ...(mirror === undefined ? {} : { got: mirror }),
      allowed: `such as "123456789012.dkr.ecr.${String(region)}.amazonaws.com/leadevs/fastflow"`,
    },
  ];
}

const isEnvironment = (value: unknown): value is keyof typeof ENVIRONMENTS =>
  typeof value === "string" && Object.hasOwn(ENVIRONMENTS, value);
