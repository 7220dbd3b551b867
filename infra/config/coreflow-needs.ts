import { emailProblems } from "../../components/data/pg-admin-problems";
import type { Problem } from "../../components/kernel/refuse";
import type { Size } from "../../components/kernel/size";
import { inMegabytes } from "../../components/kernel/size";
import type { DataService, Environment, Service } from "../../stacks/coreflow/guide";
import {
  DATA_FOLDER,
  DATA_NAMES,
  DEFAULTS,
  DIRECTORY,
  ENVIRONMENTS,
  NEIGHBOURS,
  PATHS,
  SERVICE_NAMES,
  VOLUMES,
} from "../../stacks/coreflow/guide";
import type { DataLimits, Process } from "../../stacks/coreflow/sizes";
import { memorySum, SIZES } from "../../stacks/coreflow/sizes";
import { MUMBAI, VARIABLE_NAMES } from "../../stacks/coreflow/variables";
import { NO_MUMBAI } from "./coreflow-variables";
import { agentNeeds, machineOf, readable, sizeIsKnown, sizeMissing, volumeNeeds } from "./machine-needs";
import type { Machine } from "./machine-needs";
import type { Raw } from "./raw";
import { group } from "./raw";
import type { OtherStacks } from "./stack-file";
import { isSteering, isVariable } from "./variable-names";

const PATH = "flowfleet:coreflow";

/** What one setting of CoreFlow needs of another. What cannot be read is left to the schema. */
export const coreflowNeeds = (settings: Raw, hosts: Raw, otherStacks: OtherStacks): Problem[] => [
  ...SERVICE_NAMES.flatMap((service) => processesOf(service, settings)),
  ...chainOf(group(settings["variables"])),
  ...furtherOf(group(settings["more"]), group(settings["services"])),
  ...foldersOf(settings),
  ...loginOf(group(settings["loginLimit"])),
  ...healthOf(group(group(group(settings["services"])["api-gateway"])["health"]), group(settings["loginLimit"])),
  ...accountOf(group(settings["management"])),
  ...logFormatOf(settings, hosts),
  ...volumeNeeds(PATH, VOLUMES, group(settings["volumes"])),
  ...agentNeeds(PATH, settings, hosts),
  ...roomOf(settings, machineOf(group(settings["host"]), hosts, otherStacks)),
];

/** What PM2 can do depends on what it runs: it shares a port among processes of Node.js alone, and only in cluster mode. */
function processesOf(service: Service, settings: Raw): Problem[] {
  const path = `${PATH}.services.${service}`;
  const given = group(group(settings["services"])[service]);
  const { mode = "cluster", interpreter = "node", switching = "port", portArgument, portVariable } = given;
  const instances = instancesOf(given, settings["environment"]);
  return [
    ...(mode === "cluster" && interpreter !== "node"
      ? [
          {
            path: `${path}.mode`,
            wrong: `is cluster, which Node.js alone can be; the interpreter is ${String(interpreter)}`,
            allowed: "fork",
          },
        ]
      : []),
    ...(mode === "fork" && instances !== undefined && instances > 1
      ? [
          {
            path: `${path}.instances`,
            wrong: "is more than 1, and in mode fork two processes cannot share a port",
            got: instances,
            allowed: "1",
          },
        ]
      : []),
    ...(switching === "reload" && mode !== "cluster"
      ? [
          {
            path: `${path}.switching`,
            wrong: "is reload, which only processes in mode cluster can do",
            got: switching,
            allowed: "port, stop",
          },
        ]
      : []),
    ...(portArgument !== undefined && portVariable !== undefined
      ? [{ path: `${path}.portArgument`, wrong: "and portVariable exclude each other", todo: "say by which of them it is told its port" }]
      : []),
  ];
}

/** The guide's chain is gone. */
function chainOf({ BLOCKCHAIN_CHAIN_ID: id }: Raw): Problem[] {
  if (Number(id) !== MUMBAI.chainId) return [];
  return [
    {
      path: `${PATH}.variables.BLOCKCHAIN_CHAIN_ID`,
      wrong: NO_MUMBAI,
      got: id,
      todo: "its successor is Amoy, 80002; Polygon itself is 137",
    },
  ];
}

/** Further variables: every service gets them, in the place of one of the same name that the stack decides. So there is to be none. */
const furtherOf = (more: Raw, services: Raw): Problem[] =>
  Object.keys(more).flatMap((name) => {
    const path = `${PATH}.more.${name}`;
    const wrong = wrongOf(name, services);
    return wrong === undefined ? [] : [{ path, ...wrong }];
  });

function wrongOf(name: string, services: Raw): Omit<Problem, "path"> | undefined {
  if (!isVariable(name)) return { wrong: "is no name of a variable" };
  if (VARIABLE_NAMES.some((known) => known === name)) return { wrong: `has a place of its own: ${PATH}.variables.${name}` };
  if (MADE_BY_SERVICE.includes(name)) return { wrong: "is decided by the stack", todo: "leave it out" };
  if (Object.hasOwn(NEIGHBOURS, name))
    return {
      wrong: `tells the API gateway where ${NEIGHBOURS[name as keyof typeof NEIGHBOURS]} is, which the stack decides`,
      todo: "leave it out",
    };
  const told = SERVICE_NAMES.find((service) => group(services[service])["portVariable"] === name);
  if (told !== undefined)
    return { wrong: `tells ${told} its port: it is "${PATH}.services.${told}.portVariable"`, todo: "give one of the two another name" };
  return isSteering(name) ? { wrong: "decides how PM2 and programs run, which is the stack's to say", todo: "leave it out" } : undefined;
}

/** Variables that each service is told by itself. */
const MADE_BY_SERVICE: readonly string[] = ["NODE_ENV", "PORT"];

/** What the services may write is in the backup, which is not to hold itself; what they are told of it has to be there. */
function foldersOf({ folders, directory = DIRECTORY, backup, more }: Raw): Problem[] {
  const names: unknown[] = Array.isArray(folders) ? folders : [];
  const twice = names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: `${PATH}.folders[${index}]`, wrong: "is there twice", got: String(name), todo: "name it once" }],
  );
  const { directory: kept } = group(backup);
  const data = `${String(directory)}/${DATA_FOLDER}`;
  const isInData = (path: unknown): path is string => typeof path === "string" && `${path}/`.startsWith(`${data}/`);
  const astray = Object.entries(group(more)).filter(
    ([, path]) => isInData(path) && !names.some((name) => `${path}/`.startsWith(`${data}/${String(name)}/`)),
  );
  return [
    ...twice,
    ...astray.map(([name, got]) => ({
      path: `${PATH}.more.${name}`,
      wrong: `is in ${data}, where nothing may be written but in folders that are named`,
      got,
      allowed: names.map((folder) => `${data}/${String(folder)}`).join(", ") || "none",
      todo: `name the folder in ${PATH}.folders`,
    })),
    ...(isInData(kept)
      ? [{ path: `${PATH}.backup.directory`, wrong: `is in ${data}, which is backed up`, got: kept, todo: "choose a folder elsewhere" }]
      : []),
  ];
}

/** Its zone counts what the API is asked, so it has to be there. */
function loginOf({ path = DEFAULTS.loginPath }: Raw): Problem[] {
  if (typeof path !== "string" || (path.startsWith(PATHS.api) && path !== PATHS.api)) return [];
  return [{ path: `${PATH}.loginLimit.path`, wrong: `must be below ${PATHS.api}, where the API gateway answers`, got: path }];
}

/** The API gateway's health is public, at the limit of the API: what has another limit, or another service, cannot be at the same path. */
function healthOf({ path }: Raw, { path: login = DEFAULTS.loginPath }: Raw): Problem[] {
  if (typeof path !== "string" || (path !== login && path !== PATHS.dashboard)) return [];
  return [
    { path: `${PATH}.services.api-gateway.health.path`, wrong: "has another meaning already", got: path, todo: "choose another one" },
  ];
}

/** The name of pgAdmin's account. */
const accountOf = ({ email }: Raw): Problem[] =>
  typeof email === "string" ? emailProblems(email).map((problem) => ({ ...problem, path: `${PATH}.management.email` })) : [];

/** nginx's access log has a format that its own machine declares. */
function logFormatOf({ logFormat, host }: Raw, hosts: Raw): Problem[] {
  const { name, stack } = group(host);
  if (typeof logFormat !== "string" || stack !== undefined || typeof name !== "string" || !Object.hasOwn(hosts, name)) return [];
  const known = Object.keys(group(group(group(hosts[name])["nginx"])["logFormats"]));
  if (known.includes(logFormat)) return [];
  const allowed = known.length === 0 ? "none is declared" : known.join(", ");
  return [{ path: `${PATH}.logFormat`, wrong: `is none of "flowfleet:hosts.${name}.nginx.logFormats"`, got: logFormat, allowed }];
}

/** The machine has to be one of the guide's table, and everything has to fit on it. */
function roomOf(settings: Raw, machine: Machine | undefined): Problem[] {
  const environment = settings["environment"];
  if (machine === undefined || !isEnvironment(environment)) return [];
  const { cpus, memory, disk } = ENVIRONMENTS[environment].size;
  const todo = `the guide asks for cpus: ${cpus}, memory: ${memory}, disk: ${disk} in ${environment}`;
  if (machine.size === undefined) return [sizeMissing(PATH, machine, "CoreFlow", todo)];
  const { cpus: hasCpus, memory: hasMemory, disk: hasDisk } = group(machine.size);
  const place = machine.stack === undefined ? machine.path : `${PATH}.host`;
  const has = megabytes(hasMemory);
  const small = [
    ...(Number(hasCpus) < cpus ? [`cpus ${Number(hasCpus)}`] : []),
    ...(has !== undefined && has < inMegabytes(memory) ? [`memory ${String(hasMemory)}`] : []),
    ...(hasDisk === undefined && sizeIsKnown(machine) ? ["no disk"] : []),
    ...((megabytes(hasDisk) ?? Infinity) < inMegabytes(disk) ? [`disk ${String(hasDisk)}`] : []),
  ];
  const tooSmall =
    small.length === 0 ? [] : [{ path: place, wrong: `is too small for CoreFlow in ${environment}: ${small.join(", ")}`, todo }];
  return [...tooSmall, ...memoryOf(settings, environment, machine, has)];
}

function memoryOf(settings: Raw, environment: Environment, { path }: Machine, has: number | undefined): Problem[] {
  const sizes = sizesOf(settings, environment);
  if (sizes === undefined || has === undefined) return [];
  const { total, spelled } = memorySum(sizes.services, sizes);
  if (total <= has) return [];
  return [
    {
      path: `${PATH}.sizes`,
      wrong: `memory is more than the ${has} MB of "${path}": ${spelled}`,
      todo: "make some of it smaller (sizes, services.<name>.memory, build.memory), or the machine larger",
    },
  ];
}

/** The sizes that result, unless one of them cannot be read. */
function sizesOf(settings: Raw, environment: Environment) {
  const usual = SIZES[environment];
  const given = group(settings["services"]);
  return readable(() => {
    const services = SERVICE_NAMES.map((service): [Service, Process] => {
      const own = group(given[service]);
      const instances = instancesOf(own, environment);
      if (instances === undefined || Number.isNaN(instances)) throw new RangeError("instances");
      return [service, { instances, memory: readSize(own["memory"] ?? usual.process) }];
    });
    const data = DATA_NAMES.map((service): [DataService, DataLimits] => {
      const { memory = usual.data[service].memory } = group(group(settings["sizes"])[service]);
      return [service, { ...usual.data[service], memory: readSize(memory) }];
    });
    return {
      services: Object.fromEntries(services) as Record<Service, Process>,
      data: Object.fromEntries(data) as Record<DataService, DataLimits>,
      build: readSize(group(settings["build"])["memory"] ?? usual.build),
    };
  });
}

const megabytes = (value: unknown): number | undefined =>
  typeof value === "string" ? readable(() => inMegabytes(value as Size)) : undefined;

/** @throws when it is none. */
function readSize(value: unknown): Size {
  inMegabytes(value as Size);
  return value as Size;
}

function instancesOf({ instances }: Raw, environment: unknown): number | undefined {
  if (instances !== undefined) return Number(instances);
  return isEnvironment(environment) ? ENVIRONMENTS[environment].instances : undefined;
}

const isEnvironment = (value: unknown): value is Environment => typeof value === "string" && Object.hasOwn(ENVIRONMENTS, value);
