import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Problem } from "../../components/kernel/refuse";
import type { Use } from "./conflicts";
import { conflicts, usesOf } from "./conflicts";
import { needs } from "./needs";
import { pathText, problemLine } from "./problems";
import type { Path } from "./problems";
import type { ArchiveRelease, ImageRelease, Releases } from "./releases";
import { readReleases } from "./releases";
import type { Configuration } from "./schema";
import { parseConfiguration, PROJECT } from "./schema";
import { Secret } from "./secret";
import { plainSecrets, readStackFile, stacksIn } from "./stack-file";
import type { OtherStacks } from "./stack-file";
import type { System } from "./systems";
import { SYSTEM_NAMES } from "./systems";

/**
 * What a stack's files say, for the command line: read without Pulumi and without the means to decrypt a secret. Whatever is wrong is
 * in `problems`, nothing is thrown.
 */
export interface Stack {
  stack: string;
  /** A line each, which begins with the file and the path in it. Missing secrets are not among them. */
  problems: string[];
  missingSecrets: MissingSecret[];
  /** Unless something is wrong. A secret in it is empty. */
  config: Configuration | undefined;
  releases: Releases["releases"];
  uses: Use[];
}

export interface MissingSecret {
  /** As configuration of the engine takes it: `flowfleet:flowmaster.databases.arango.password`. */
  path: string;
  /** Asks for the value and stores it encrypted. */
  command: string;
}

/** Names of the stacks that the project has files for. */
export const stackNames = (root: string): string[] =>
  readdirSync(root)
    .flatMap((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();

/**
 * Reads the stack's file and its release file.
 *
 * @param root Folder with `Pulumi.yaml`.
 */
export function readStack(root: string, stack: string): Stack {
  const file = `Pulumi.${stack}.yaml`;
  if (!existsSync(join(root, file))) {
    const problem = problemLine({ path: file, wrong: "there is no such stack", got: stack, allowed: stackNames(root).join(", ") });
    return { stack, problems: [problem], missingSecrets: [], config: undefined, releases: {}, uses: [] };
  }
  const text = readFileSync(join(root, file), "utf8");
  const releaseFile = (folder: string) => {
    const path = resolve(root, folder, `${stack}.yaml`);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  };
  return inspect(stack, text, releaseFile, stacksIn(root));
}

/** The same on texts. `releaseFile` gives that of the stack in a folder. */
export function inspect(
  stack: string,
  text: string,
  releaseFile: (folder: string) => string | undefined,
  otherStacks: OtherStacks = () => undefined,
): Stack {
  const { raw, problems } = readStackFile(text);
  const first = parseConfiguration(raw);
  // With the missing secrets filled in all else can be checked.
  const { config } = first.missing.length === 0 ? first : parseConfiguration(filled(raw, first.missing));
  const uses = usesOf(raw, stack);
  const found = [...problems, ...first.problems, ...needs(raw, otherStacks), ...conflicts(uses), ...plainSecrets(config)];
  const releases = releasesOf(stack, raw, releaseFile);
  return {
    stack,
    problems: [...found.map((problem) => `Pulumi.${stack}.yaml ${problemLine(problem)}`), ...releases.problems.map(problemLine)],
    missingSecrets: first.missing.map((path) => missingSecret(stack, path)),
    config,
    releases: releases.releases,
    uses,
  };
}

/** Problems between stacks: one domain in two of them, one port twice on one machine. */
export function crossStackProblems(stacks: readonly Stack[]): string[] {
  const line = (problem: ReturnType<typeof conflicts>[number]) => `${problem.file} ${problemLine(problem)}`;
  const within = new Set(stacks.flatMap(({ uses }) => conflicts(uses).map(line)));
  return conflicts(stacks.flatMap(({ uses }) => uses))
    .map(line)
    .filter((problem) => !within.has(problem));
}

/** Reads the releases of what the stack deploys; a path begins with the file. */
export function releasesOf(stack: string, raw: Record<string, unknown>, releaseFile: (folder: string) => string | undefined): Releases {
  const wanted = SYSTEM_NAMES.filter((system) => raw[system] !== undefined);
  if (wanted.length === 0) return { releases: {}, problems: [] };
  const folder = typeof raw["releases"] === "string" && raw["releases"] !== "" ? raw["releases"] : "releases";
  const path = `${folder}/${stack}.yaml`;
  const text = releaseFile(folder);
  if (text === undefined)
    return {
      releases: {},
      problems: [{ path, wrong: "there is no such file", todo: "it says which release of each application runs in this stack" }],
    };
  const read = readReleases(text, raw);
  return {
    releases: read.releases,
    problems: read.problems.map((problem): Problem => ({ ...problem, path: `${path} ${problem.path}`.trim() })),
  };
}

const missingSecret = (stack: string, path: Path): MissingSecret => {
  const name = pathText(path, `${PROJECT}:`);
  return { path: name, command: `pulumi config set --stack ${stack} --secret --path '${name}'` };
};

function filled(raw: Record<string, unknown>, paths: readonly Path[]): Record<string, unknown> {
  const copy = cloned(raw) as Record<PropertyKey, unknown>;
  for (const path of paths) {
    let at = copy;
    for (const part of path.slice(0, -1)) at = (at[part] ??= {}) as Record<PropertyKey, unknown>;
    at[path.at(-1) ?? ""] = new Secret("");
  }
  return copy;
}

/** Secrets stay what they are: `structuredClone` would take them apart. */
function cloned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cloned);
  if (typeof value !== "object" || value === null || value instanceof Secret) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cloned(inner)]));
}

/** Hosts that the stack owns. */
export const hostsOf = ({ config }: Stack) => Object.entries(config?.hosts ?? {}).map(([name, host]) => ({ name, ...host }));

/** The systems of the stack, each with the machine that it runs on. */
const chosenHosts = ({ config }: Stack) =>
  SYSTEM_NAMES.flatMap((system) => {
    const host = config?.[system]?.host;
    return host === undefined ? [] : [{ system, host }];
  });

/** Stacks whose outputs this one reads. */
export const stacksReferredBy = (stack: Stack): string[] => [...new Set(chosenHosts(stack).flatMap(({ host }) => host.stack ?? []))];

/** Sites of the stack and the machine that each is served by. */
export const sitesOf = (stack: Stack) =>
  chosenHosts(stack).flatMap(({ system, host }) =>
    domainsOf(stack, system).map((domain) => ({ system, domain, host: { stack: host.stack ?? stack.stack, name: host.name } })),
  );

function domainsOf({ config }: Stack, system: System): string[] {
  const { flowmaster, flowra, flowstack, coreflow } = config ?? {};
  switch (system) {
    case "flowmaster":
      return flowmaster ? [flowmaster.domain] : [];
    case "flowra":
      return flowra ? [flowra.domain, flowra.authDomain] : [];
    case "flowstack":
      return flowstack ? [flowstack.domain] : [];
    case "coreflow":
      return coreflow ? [coreflow.domain, ...coreflow.aliases] : [];
    case "flatlogic":
      // Its name is the tunnel's; nothing on the machine answers it.
      return [];
    default:
      return system satisfies never;
  }
}

/** Systems of the stack that are in AWS, with the hosted zone that each needs and the setting that names it. */
export const systemsOnAws = ({ config }: Stack) => {
  const { domain = "", aws } = config?.flowstack ?? {};
  if (!aws) return [];
  const { region, entrance } = aws;
  const zone = entrance.zone === undefined ? {} : { zone: { name: domain, setting: `${PROJECT}:flowstack.aws.entrance.zone` } };
  return [{ system: "flowstack", region, ...zone }];
};

/** Images that the stack's releases name. */
export const releaseImages = ({ releases }: Stack) =>
  Object.entries(releases).flatMap(([system, services]) =>
    Object.entries(services).flatMap(([service, release]) =>
      "image" in release ? [{ system, service, ...(release satisfies ImageRelease) }] : [],
    ),
  );

/** Archives that the stack's releases name. */
export const releaseArchives = ({ releases }: Stack) =>
  Object.entries(releases).flatMap(([system, services]) =>
    Object.entries(services).flatMap(([service, release]) =>
      "archive" in release ? [{ system, service, ...(release satisfies ArchiveRelease) }] : [],
    ),
  );

/** Settings that name the distribution of a machine: a rehearsal sets them to that of its throwaway machines. */
export const osSettings = (stack: Stack): string[] => [
  ...Object.keys(stack.config?.hosts ?? {}).map((name) => `${PROJECT}:hosts.${name}.os`),
  ...chosenHosts(stack).flatMap(({ system, host }) => (host.stack === undefined ? [] : [`${PROJECT}:${system}.host.os`])),
];
