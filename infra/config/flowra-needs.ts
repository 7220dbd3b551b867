import { inSeconds } from "../../components/kernel/duration";
import type { Duration } from "../../components/kernel/duration";
import { goSeconds } from "../../components/kernel/go-duration";
import type { Problem } from "../../components/kernel/refuse";
import type { Size } from "../../components/kernel/size";
import { inMegabytes } from "../../components/kernel/size";
import { DEFAULTS as FLOWMASTER } from "../../stacks/flowmaster/guide";
import type { Environment } from "../../stacks/flowra/guide";
import { DEFAULTS, ENVIRONMENTS, SERVICE_NAMES, VOLUMES } from "../../stacks/flowra/guide";
import type { ServiceSize } from "../../stacks/flowra/settings";
import type { Neighbour } from "../../stacks/flowra/sizes";
import { SIZES, sums } from "../../stacks/flowra/sizes";
import { VARIABLES } from "../../stacks/flowra/variables";
import { flowraPlaceNeeds } from "./flowra-aws-needs";
import { agentNeeds, machineOf, readable, sizeMissing, volumeNeeds } from "./machine-needs";
import type { Machine } from "./machine-needs";
import type { Raw } from "./raw";
import { group } from "./raw";
import type { OtherStacks } from "./stack-file";

const PATH = "flowfleet:flowra";

/** What one setting of Flowra needs of another. What cannot be read is left to the schema. */
export const flowraNeeds = (settings: Raw, hosts: Raw, flowmaster: Raw, otherStacks: OtherStacks): Problem[] => [
  ...flowraPlaceNeeds(settings),
  ...eventsOf(group(settings["variables"])),
  ...timesOf(settings),
  ...volumeNeeds(PATH, VOLUMES, group(settings["volumes"])),
  ...agentNeeds(PATH, settings, hosts),
  ...roomOf(settings, machineOf(group(settings["host"]), hosts, otherStacks), flowmaster),
];

/** API and worker are processes of their own, and of each two may run while a release takes over. */
function eventsOf(variables: Raw): Problem[] {
  const { FLOWRA_EVENTBUS_TYPE: type } = variables;
  if (type !== "inmemory") return [];
  return [
    {
      path: `${PATH}.variables.FLOWRA_EVENTBUS_TYPE`,
      wrong:
        "would lose events: API and worker are separate processes, and two releases overlap, so what one keeps in memory no other sees",
      got: type,
      allowed: "redis",
    },
  ];
}

/** Pairs of times of which the first has to be the longer one. */
function timesOf(settings: Raw): Problem[] {
  const variables = group(settings["variables"]);
  const variable = (name: keyof typeof VARIABLES): Time => {
    const { default: usual } = VARIABLES[name] as { default?: string };
    return timeOf(`variables.${name}`, variables[name] ?? usual, goSeconds);
  };
  const setting = (path: string, value: unknown, usual: Duration): Time =>
    timeOf(path, value ?? usual, (text) => inSeconds(text as Duration));
  const shutdown = variable("FLOWRA_SERVER_SHUTDOWN_TIMEOUT");
  const pong = variable("FLOWRA_WEBSOCKET_PONG_TIMEOUT");
  return [
    ...longer(pong, variable("FLOWRA_WEBSOCKET_PING_INTERVAL"), false),
    ...longer(variable("FLOWRA_AUTH_REFRESH_TOKEN_TTL"), variable("FLOWRA_AUTH_ACCESS_TOKEN_TTL"), false),
    ...longer(setting("websocketTimeout", settings["websocketTimeout"], DEFAULTS.websocketTimeout), pong, false),
    ...["api", "worker"].flatMap((service) =>
      longer(setting(`${service}.drain`, group(settings[service])["drain"], DEFAULTS.drain), shutdown, true),
    ),
  ];
}

interface Time {
  path: string;
  text: unknown;
  /** Unless it is none: then the schema says so. */
  seconds: number | undefined;
}

function timeOf(path: string, text: unknown, read: (text: string) => number): Time {
  return { path, text, seconds: typeof text === "string" ? readable(() => read(text)) : undefined };
}

function longer(long: Time, short: Time, orEqual: boolean): Problem[] {
  if (long.seconds === undefined || short.seconds === undefined) return [];
  if (long.seconds > short.seconds || (orEqual && long.seconds === short.seconds)) return [];
  return [
    {
      path: `${PATH}.${long.path}`,
      wrong: `must be ${orEqual ? "at least" : "longer than"} ${short.path}, which is ${String(short.text)}`,
      got: long.text,
    },
  ];
}

/** Everything has to fit on the machine. */
function roomOf(settings: Raw, machine: Machine | undefined, flowmaster: Raw): Problem[] {
  const environment = settings["environment"];
  if (machine === undefined || !isEnvironment(environment)) return [];
  const { path, size: declared } = machine;
  if (declared === undefined) {
    const { cpus, memory, disk } = ENVIRONMENTS[environment].size;
    const asked = `the guide asks for cpus: ${cpus}, memory: ${memory}, disk: ${disk} in ${environment}`;
    return [sizeMissing(PATH, machine, "Flowra", asked)];
  }
  const cpus = Number(group(declared)["cpus"]);
  const memory = readable(() => inMegabytes(group(declared)["memory"] as Size));
  const sizes = sizesOf(environment, group(settings["sizes"]));
  if (sizes === undefined || memory === undefined || Number.isNaN(cpus)) return [];
  const tooMuch = sums(sizes, neighboursOn(machine, flowmaster)).flatMap(({ what, total, unit, spelled }) => {
    const has = unit === "CPU" ? cpus : memory;
    if (total <= has) return [];
    return [
      {
        path: `${PATH}.sizes`,
        wrong: `${what} are more than the ${has} ${unit} of "${path}": ${spelled}`,
        todo: "make some of them smaller, or the machine larger",
      },
    ];
  });
  return [...tooMuch, ...SERVICE_NAMES.flatMap((service) => promises(`${PATH}.sizes.${service}.reservations`, sizes[service]))];
}

/** FlowMaster's services, where it lives on that machine, too. What cannot be read is left to the schema. */
function neighboursOn(machine: Machine, flowmaster: Raw): Neighbour[] {
  const { name, stack } = group(flowmaster["host"]);
  if (stack !== machine.stack || name !== machine.name) return [];
  return (["backend", "frontend"] as const).flatMap((service) => {
    const { cpus: usualCpus, memory: usualMemory } = FLOWMASTER[service].limits;
    const given = group(group(flowmaster[service])["limits"]);
    const cpus = Number(given["cpus"] ?? usualCpus);
    const memory = (given["memory"] ?? usualMemory) as Size;
    if (Number.isNaN(cpus) || readable(() => inMegabytes(memory)) === undefined) return [];
    // A release runs beside the one before it.
    return [{ name: `flowmaster.${service}`, instances: 2, limits: { cpus, memory } }];
  });
}

/** Nothing can be promised beyond its own limit. */
const promises = (path: string, { limits, reservations }: ServiceSize): Problem[] => [
  ...(reservations.cpus > limits.cpus
    ? [{ path: `${path}.cpus`, wrong: `is more than its limit, which is ${limits.cpus}`, got: reservations.cpus }]
    : []),
  ...(inMegabytes(reservations.memory) > inMegabytes(limits.memory)
    ? [{ path: `${path}.memory`, wrong: `is more than its limit, which is ${limits.memory}`, got: reservations.memory }]
    : []),
];

/** The sizes that result, unless one of them cannot be read. */
function sizesOf(environment: Environment, given: Raw): (typeof SIZES)[Environment] | undefined {
  const part = (usual: { cpus: number; memory: Size }, own: Raw) => {
    const cpus = Number(own["cpus"] ?? usual.cpus);
    const memory = (own["memory"] ?? usual.memory) as Size;
    return Number.isNaN(cpus) || readable(() => inMegabytes(memory)) === undefined ? undefined : { cpus, memory };
  };
  const read = SERVICE_NAMES.map((service) => {
    const usual = SIZES[environment][service];
    const limits = part(usual.limits, group(group(given[service])["limits"]));
    const reservations = part(usual.reservations, group(group(given[service])["reservations"]));
    return limits && reservations && ([service, { limits: { ...usual.limits, ...limits }, reservations }] as const);
  });
  if (read.includes(undefined)) return undefined;
  return Object.fromEntries(read.filter((one) => one !== undefined)) as (typeof SIZES)[Environment];
}

const isEnvironment = (value: unknown): value is Environment => typeof value === "string" && Object.hasOwn(ENVIRONMENTS, value);
