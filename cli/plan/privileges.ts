import { isDangerous } from "../../infra/policy/rules/privileges";
import type { PlannedResource } from "../../rehearsal/plan";
import { plainText } from "./differences";
import { jsonOf } from "./flatten";
import { compareSets, type Found } from "./security-sides";
import { nameOf } from "./whose";

type Inputs = PlannedResource["inputs"];

/** What something that runs may do on its machine, a sentence without its subject for each. */
interface Privileges {
  may: string[];
  /** Folders of the machine that it may read, as those with its own settings. */
  sees: string[];
  /** What keeps it from doing more. */
  limits: string[];
}

/** What containers, services and jobs may do that they might not before, and the other way round. */
export function privileges({ op, type, urn, inputs, before }: PlannedResource): Found[] {
  // What a thing was allowed to goes with it. Of a document that is not known yet, or secret, nobody can say what it takes away.
  if (op === "delete" || [inputs, before ?? {}].some(isHidden)) return [];
  const now = privilegesOf(type, inputs);
  // Of what is new neither its limits nor its settings are news.
  const old = before === undefined ? { ...now, may: [] } : privilegesOf(type, before);
  const tell =
    (opening: Found["change"]) =>
    (said: string, change: Found["change"]): Found => ({
      kind: "permission",
      change,
      opens: change === opening,
      what: `${nameOf(urn)} ${change === "added" ? "" : "no longer "}${said}`,
    });
  return [
    ...compareSets([...old.may, ...old.sees], [...now.may, ...now.sees], tell("added")),
    ...compareSets(old.limits, now.limits, tell("removed")),
  ];
}

const isHidden = (inputs: Inputs): boolean =>
  ["stdin", "containerDefinitions"].some((key) => typeof inputs[key] === "string" && jsonOf(inputs[key]) === undefined);

function privilegesOf(type: string, inputs: Inputs): Privileges {
  const none = { may: [], sees: [], limits: [] };
  if (type === "docker:index/container:Container") return ofContainer(inputs);
  if (type === "aws:ecs/taskDefinition:TaskDefinition") return ofTask(inputs);
  if (type === "command:remote:Command") return ofStep(inputs);
  const { publiclyAccessible, networkConfiguration } = inputs as { publiclyAccessible?: boolean; networkConfiguration?: Network };
  const may = [
    ...(publiclyAccessible === true ? ["is publicly accessible"] : []),
    ...(networkConfiguration?.assignPublicIp === true ? ["has a public address"] : []),
  ];
  return { ...none, may };
}
interface Network {
  assignPublicIp?: boolean;
}

/** Of `docker:index/container:Container`. */
interface Container {
  user?: string | undefined;
  privileged?: boolean | undefined;
  readOnly?: boolean | undefined;
  capabilities?: { adds?: string[] | undefined; drops?: string[] | undefined };
  securityOpts?: string[];
  devices?: { hostPath: string }[];
  mounts?: { type: string; source?: string; readOnly?: boolean }[];
  volumes?: { hostPath?: string; readOnly?: boolean }[];
  networkMode?: string;
  pidMode?: string;
  ipcMode?: string;
  usernsMode?: string;
  cgroupnsMode?: string;
}
const MODES = ["networkMode", "pidMode", "ipcMode", "usernsMode", "cgroupnsMode"] as const;

function ofContainer(container: Container): Privileges {
  const { capabilities = {} } = container;
  const [securityOpts, devices, mounts, volumes] = [
    list(container.securityOpts),
    list(container.devices),
    list(container.mounts),
    list(container.volumes),
  ];
  const folders = folderRights([
    ...mounts.map(({ source = "", readOnly = false }) => ({ source, readOnly })),
    ...volumes.map(({ hostPath = "", readOnly = false }) => ({ source: hostPath, readOnly })),
  ]);
  const loose = securityOpts.filter((one) => /[=:](?:unconfined|disable|false)$/.test(one));
  return {
    may: [
      ...userRights(container.user),
      ...(container.privileged === true ? ["is privileged"] : []),
      ...MODES.flatMap((mode) => (/^(?:host|container:.*)$/.test(container[mode] ?? "") ? [`has ${mode} ${container[mode] ?? ""}`] : [])),
      ...added(capabilities.adds),
      ...loose.map((one) => `has ${one}`),
      ...devices.map(({ hostPath }) => `has ${hostPath} of the machine`),
      ...folders.may,
    ],
    sees: folders.sees,
    limits: [
      ...dropped(capabilities.drops),
      ...(container.readOnly === true ? [READ_ONLY] : []),
      ...(securityOpts.some((one) => /^no-new-privileges(?:[=:]true)?$/.test(one)) ? ["has no-new-privileges"] : []),
    ],
  };
}

/** Of a release, a job or a build on a machine: it has no capabilities but those that it is given. */
interface Process {
  user?: string;
  readOnly?: boolean;
  capabilities?: string[];
  mounts?: Record<string, string>;
  folders?: Record<string, string>;
}
interface Document extends Process {
  run?: Process;
  unit?: Process;
  pm2?: Process;
}

function ofStep({ create, stdin }: Inputs): Privileges {
  if (!/\bhelper (?:release|job|build) apply$/.test(plainText(create)) || typeof stdin !== "string")
    return { may: [], sees: [], limits: [] };
  const document = jsonOf(stdin) as Document;
  const { user, readOnly, capabilities, mounts = {}, folders = {} } = document.run ?? document.unit ?? document.pm2 ?? document;
  const rights = folderRights([...Object.values(mounts), ...Object.values(folders)].map((source) => ({ source, readOnly: false })));
  return {
    may: [...(user === undefined ? [] : userRights(user)), ...added(capabilities), ...rights.may],
    sees: rights.sees,
    limits: readOnly === true ? [READ_ONLY] : [],
  };
}

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
interface Definition {
  name: string;
  user?: string;
  privileged?: boolean;
  readonlyRootFilesystem?: boolean;
  linuxParameters?: { capabilities?: { add?: string[]; drop?: string[] } };
}

function ofTask({ containerDefinitions }: Inputs): Privileges {
  const definitions = typeof containerDefinitions === "string" ? (jsonOf(containerDefinitions) as unknown as Definition[]) : [];
  const all = list(definitions).map(({ name, user, privileged, readonlyRootFilesystem: readOnly, linuxParameters }) => {
    const { add: adds, drop: drops } = linuxParameters?.capabilities ?? {};
    const { may, limits } = ofContainer({ user, privileged, readOnly, capabilities: { adds, drops } });
    const where = (said: string): string => `${said} in container ${name}`;
    return { may: may.map(where), limits: limits.map(where) };
  });
  return { may: all.flatMap(({ may }) => may), sees: [], limits: all.flatMap(({ limits }) => limits) };
}

const READ_ONLY = "has a read-only root file system";

function userRights(user: string | undefined): string[] {
  if (user === undefined || user === "") return ["runs as whom its image names, which may be root"];
  return /^(?:0+|root)(?::|$)/.test(user) ? ["runs as root"] : [];
}

const withoutPrefix = (capability: string): string => capability.replace(/^CAP_/, "");
const added = (names?: readonly string[]): string[] => list(names).map((name) => `has capability ${withoutPrefix(name)}`);
const dropped = (names?: readonly string[]): string[] => list(names).map((name) => `drops capability ${withoutPrefix(name)}`);
/** What is not known yet is no list. */
const list = <T>(value: readonly T[] | undefined): readonly T[] => (Array.isArray(value) ? (value as readonly T[]) : []);

/** Of folders and sockets of the machine; others are names of volumes. Those by which one is root are no mere settings. */
function folderRights(folders: readonly { source: string; readOnly: boolean }[]): Pick<Privileges, "may" | "sees"> {
  const ofMachine = folders.filter(({ source }) => source.startsWith("/"));
  const seen = (isMore: boolean): string[] =>
    ofMachine.filter(({ source }) => isDangerous(source) === isMore).map(({ source }) => `sees ${source} of the machine`);
  const written = ofMachine.filter(({ readOnly }) => !readOnly).map(({ source }) => `may write to ${source} of the machine`);
  return { may: [...seen(true), ...written], sees: seen(false) };
}
