import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Use } from "./conflicts";
import { borrowedHosts } from "./borrowed-hosts";
import { certificateNeeds } from "./certificate-needs";
import { conflicts, usesOf } from "./conflicts";
import { deployedStacks } from "./deployed-stacks";
import { needs } from "./needs";
import type { Finding, Place, Places } from "./places";
import { findingLine, plainLine, readYaml } from "./places";
import { pathText, showable } from "./problems";
import type { Path } from "./problems";
import type { ArchiveRelease, ImageRelease, Releases } from "./releases";
import { readReleases } from "./releases";
import type { Configuration } from "./schema";
import type { Raw } from "./raw";
import { parseConfiguration, PROJECT } from "./schema";
import { Secret } from "./secret";
import { plainSecrets, readStackFile, setSecret, stacksIn } from "./stack-file";
import type { OtherStacks } from "./stack-file";
import type { System } from "./systems";
import { SYSTEM_NAMES } from "./systems";

/**
 * What a stack's files say, for the command line: read without Pulumi and without the means to decrypt a secret. Whatever is wrong is
 * in `problems`, nothing is thrown.
 */
export interface Stack {
  stack: string;
  /** What is wrong, with its place. Missing secrets are not among them. */
  findings: Finding[];
  /** The same, a line each, without the place. */
  problems: string[];
  missingSecrets: MissingSecret[];
  /** Unless something is wrong. A secret in it is empty. */
  config: Configuration | undefined;
  releases: Releases["releases"];
  uses: Use[];
  /** What the stack's file holds. */
  raw: Raw;
  /** Whether its settings could be found. */
  isRead: boolean;
  /** Where a setting is in it. */
  places: Places;
}

export interface MissingSecret {
  /** Of the group that it belongs in. */
  place: Place;
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
    return withFindings({
      stack,
      findings: [{ file, path: "", wrong: "there is no such stack", got: stack, allowed: stackNames(root).join(", ") }],
      missingSecrets: [],
      config: undefined,
      releases: {},
      uses: [],
      raw: {},
      isRead: false,
      places: () => ({ line: 1, column: 1 }),
    });
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
  const { raw, isRead, problems, places } = readStackFile(text);
  const file = `Pulumi.${stack}.yaml`;
  const first = parseConfiguration(raw);
  // With the missing secrets filled in all else can be checked.
  const { config } = first.missing.length === 0 ? first : parseConfiguration(filled(raw, first.missing));
  const uses = usesOf(raw, stack);
  const found = [
    ...problems,
    ...first.problems,
    ...needs(raw, otherStacks),
    ...certificateNeeds(raw, uses),
    ...conflicts(uses),
    ...plainSecrets(stack, config),
  ];
  const releases = releasesOf(stack, raw, releaseFile);
  return withFindings({
    stack,
    findings: [...found.map((problem): Finding => ({ place: places(problem.path), ...problem, file })), ...releases.problems],
    missingSecrets: first.missing.map((path) => missingSecret(stack, path, places)),
    config,
    releases: releases.releases,
    uses,
    raw,
    isRead,
    places,
  });
}

const withFindings = (stack: Omit<Stack, "problems">): Stack => {
  const findings = stack.findings.map(showable);
  return { ...stack, findings, problems: findings.map(plainLine) };
};

/** Problems between stacks: one domain in two of them, one port twice on one machine. */
export function crossStackProblems(stacks: readonly Stack[]): Finding[] {
  const within = new Set(stacks.flatMap(({ uses }) => conflicts(uses).map(findingLine)));
  return placed(
    conflicts(stacks.flatMap(({ uses }) => uses)).filter((problem) => !within.has(findingLine(problem))),
    stacks,
  );
}

/**
 * Problems of the machines that stacks have of each other, and of the pipelines that one stack lets in to bring up another. All of the
 * project's stacks are asked for: one that is not among them is not there.
 */
export const otherStackProblems = (stacks: readonly Stack[]): Finding[] =>
  placed([...borrowedHosts(stacks), ...deployedStacks(stacks)], stacks);

/** The findings with their places in the files of the stacks. */
export function placed(findings: readonly Finding[], stacks: readonly Stack[]): Finding[] {
  const places = new Map(stacks.map((stack) => [`Pulumi.${stack.stack}.yaml`, stack.places]));
  return findings.flatMap((finding) => {
    const place = places.get(finding.file)?.(finding.path);
    return [showable({ ...(place && { place }), ...finding })];
  });
}

/** Folder of the release file. */
export const releaseFolder = ({ releases }: Raw): string => (typeof releases === "string" && releases !== "" ? releases : "releases");

/** Reads the releases of what the stack deploys. */
export function releasesOf(
  stack: string,
  raw: Record<string, unknown>,
  releaseFile: (folder: string) => string | undefined,
): Pick<Releases, "releases"> & { problems: Finding[] } {
  const wanted = SYSTEM_NAMES.filter((system) => raw[system] !== undefined);
  if (wanted.length === 0) return { releases: {}, problems: [] };
  const folder = releaseFolder(raw);
  const file = `${folder}/${stack}.yaml`;
  const text = releaseFile(folder);
  if (text === undefined)
    return {
      releases: {},
      problems: [{ file, path: "", wrong: "there is no such file", todo: "it says which release of each application runs in this stack" }],
    };
  const places = readYaml(text).placesBelow([]);
  const read = readReleases(text, raw);
  return { releases: read.releases, problems: read.problems.map((problem) => ({ place: places(problem.path), ...problem, file })) };
}

const missingSecret = (stack: string, path: Path, places: Places): MissingSecret => {
  const name = pathText(path, `${PROJECT}:`);
  return { place: places(name), path: name, command: setSecret(stack, name) };
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

/**
 * What of the stack is in AWS: systems, with the hosted zone that each needs and the setting that names it, Pulumi's own state, and the mirror of
 * the outputs.
 * `alone`: a task of it runs without anything that is elsewhere.
 */
export const partsOnAws = ({ config }: Stack) => [
  ...(config?.state ? [{ part: "state", region: config.state.region }] : []),
  ...(config?.outputs.mirror ? [{ part: "outputs", region: config.outputs.mirror.region }] : []),
  ...(["flowmaster", "flowra", "flowstack"] as const).flatMap((part) => {
    const { domain = "", aws } = config?.[part] ?? {};
    if (!aws) return [];
    const { region, entrance } = aws;
    const zone = entrance.zone === undefined ? {} : { zone: { name: domain, setting: `${PROJECT}:${part}.aws.entrance.zone` } };
    return [{ part, region, ...zone, ...(part === "flowstack" && { alone: true }) }];
  }),
];

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
