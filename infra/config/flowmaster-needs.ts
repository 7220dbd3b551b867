import type { Duration } from "../../components/kernel/duration";
import { inSeconds } from "../../components/kernel/duration";
import type { Problem } from "../../components/kernel/refuse";
import { AWS, DEFAULTS } from "../../stacks/flowmaster/guide";
import { entranceNeeds, instancesNeeds, machineOnly, networkNeeds, placeNeeds, sizeNeeds } from "./aws-needs";
import { readable } from "./machine-needs";
import type { Raw } from "./raw";
import { group } from "./raw";

const PATH = "flowfleet:flowmaster";
/** Settings that mean nothing on AWS. */
const OF_A_MACHINE = [
  "directory",
  "envFile",
  "composeFile",
  "subnet",
  "certificate",
  "maxBody",
  "compression",
  // A load balancer has one time for all: apiTimeout.
  "websocketTimeout",
];
/** Of an ALB, in seconds. */
const LONGEST = 4000;

/** What one setting of FlowMaster needs of another. What cannot be read is left to the schema. */
export function flowmasterNeeds(settings: Raw): Problem[] {
  const aws = group(settings["aws"]);
  return [
    ...placeNeeds(PATH, settings, OF_A_MACHINE),
    ...(settings["aws"] === undefined
      ? []
      : [
          ...networkNeeds(`${PATH}.aws`, aws, AWS.network),
          ...entranceNeeds(`${PATH}.aws`, aws),
          ...timeoutNeeds(settings),
          ...serviceNeeds("backend", settings, aws),
          ...serviceNeeds("frontend", settings, aws),
        ]),
  ];
}

function timeoutNeeds({ apiTimeout }: Raw): Problem[] {
  const seconds = readable(() => inSeconds(apiTimeout as Duration));
  return seconds === undefined || seconds <= LONGEST
    ? []
    : [
        {
          path: `${PATH}.apiTimeout`,
          wrong: "is longer than a load balancer waits",
          got: apiTimeout,
          allowed: `at most ${LONGEST} seconds`,
        },
      ];
}

function serviceNeeds(service: "backend" | "frontend", settings: Raw, aws: Raw): Problem[] {
  const path = `${PATH}.${service}`;
  const given = group(settings[service]);
  const instances = { ...AWS.instances[service], ...group(group(aws["instances"])[service]) };
  return [
    ...machineOnly(path, given, ["port"]),
    ...machineOnly(`${path}.limits`, group(given["limits"]), ["pids"]),
    ...sizeNeeds(`${path}.limits`, group(given["limits"]), AWS.limits[service]),
    ...instancesNeeds(`${PATH}.aws.instances.${service}`, instances, `${path}.health`, {
      ...DEFAULTS[service].health,
      ...group(given["health"]),
      stopTimeout: AWS.stopTimeout,
    }),
  ];
}
