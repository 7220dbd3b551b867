import * as z from "zod";
import { confluentProblems } from "../../components/data/kafka-problems";
import { pgAdminProblems } from "../../components/data/pg-admin-problems";
import { gitServerOf } from "../../components/kernel/git-server";
import type { Problem } from "../../components/kernel/refuse";
import * as coreflow from "../../stacks/coreflow/guide";
import * as flowra from "../../stacks/flowra/guide";
import * as f from "./fields";
import { readYaml } from "./places";
import { nearest, problemsOf, zodWords } from "./problems";
import type { Raw } from "./raw";
import { group, isGroup } from "./raw";
import type { System } from "./systems";
import { SYSTEM_NAMES } from "./systems";

/** What every release says beside what it is. */
interface Built {
  /** When it was built, in UTC. */
  builtAt: string;
  /** Going back to an older one on purpose. */
  rollback: boolean;
}
/** An image in a registry. Of a database the version is known, too: its volume takes no other major one. */
export type ImageRelease = Built & { image: string; digest: string; version?: string | undefined };
/** A file that is fetched. */
export type ArchiveRelease = Built & { archive: string; sha256: string };
/** A commit that is built on the host. */
export type SourceRelease = Built & { repository: string; ref: string; commit: string };
export type Release = ImageRelease | ArchiveRelease | SourceRelease;

const built = { builtAt: f.time(), rollback: f.flag().default(false) };
const image = { image: f.image(), digest: f.digest(), ...built };
const FORMS = {
  image: z.strictObject({ ...image, version: f.version().optional() }),
  data: z.strictObject({ ...image, version: f.version() }),
  archive: z.strictObject({ archive: f.archive(), sha256: f.hex(64), ...built }),
  source: z.strictObject({ repository: f.repository(), ref: f.branch(), commit: f.commit(), ...built }),
};
/** The forms of a release in words, by the setting that tells which it is. */
const WORDS = {
  image: { key: "image", words: "image + digest" },
  data: { key: "image", words: "image + digest + version" },
  archive: { key: "archive", words: "archive + sha256" },
  source: { key: "repository", words: "repository + ref + commit" },
} as const satisfies Record<keyof typeof FORMS, unknown>;
/** `code` is a commit, or an archive of what one holds. */
type Form = keyof typeof FORMS | "code";

/** The applications that may stand in a release file: each service with the form of its release. */
const APPLICATIONS: Record<System, Readonly<Record<string, Form>>> = {
  flowmaster: { backend: "image", frontend: "image" },
  flowra: {
    ...Object.fromEntries(flowra.APPLICATION.map((service) => [service, "image" as const])),
    application: "archive",
    ...Object.fromEntries(flowra.DATA.map((service) => [service, "data" as const])),
  },
  flowstack: { app: "image", postgres: "data" },
  coreflow: {
    ...Object.fromEntries([...coreflow.SERVICE_NAMES, coreflow.SITE].map((service) => [service, "code" as const])),
    ...Object.fromEntries(coreflow.DATA_NAMES.map((service) => [service, "data" as const])),
  },
  flatlogic: { workspace: "source" },
};

/** What a service asks of the version of its image, as its component does. */
const VERSIONS: Partial<Record<System, Readonly<Record<string, (image: { version: string }) => Problem[]>>>> = {
  coreflow: { zookeeper: confluentProblems, kafka: confluentProblems, pgadmin: pgAdminProblems },
};

/** The services that the stack deploys of an application; a release file may hold more. */
const WANTED: Record<System, (settings: Raw) => readonly string[]> = {
  flowmaster: () => Object.keys(APPLICATIONS.flowmaster),
  // On AWS there is the API alone.
  flowra: ({ mode, aws }) =>
    aws !== undefined ? ["api"] : [...(mode === "systemd" ? ["application"] : flowra.APPLICATION), ...flowra.DATA],
  // On AWS the database is no container.
  flowstack: ({ aws }) => (aws === undefined ? ["app", "postgres"] : ["app"]),
  coreflow: () => Object.keys(APPLICATIONS.coreflow),
  flatlogic: () => Object.keys(APPLICATIONS.flatlogic),
};

export interface Releases {
  /** Application -> service -> release. */
  releases: Record<string, Record<string, Release>>;
  problems: Problem[];
}

/**
 * Reads a release file: `<application>: {<service>: <release>}`.
 *
 * @param raw The stack's configuration: each application in it must be there with all services that the stack deploys.
 */
export function readReleases(text: string, raw: Raw): Releases {
  const { value, problems: mistakes } = readYaml(text);
  if (mistakes.length > 0) return { releases: {}, problems: mistakes };
  const file = value ?? {};
  if (!isGroup(file)) return { releases: {}, problems: [{ path: "", wrong: "must hold applications, each with its services" }] };
  const given = file;
  const releases: Releases["releases"] = {};
  const problems: Problem[] = unknownNames("", Object.keys(given), SYSTEM_NAMES);
  for (const application of SYSTEM_NAMES) {
    const forms = APPLICATIONS[application];
    const entries = given[application];
    // What the stack does not deploy is checked as far as it is there.
    const wanted = raw[application] === undefined ? [] : WANTED[application](group(raw[application]));
    if (entries === undefined && wanted.length === 0) continue;
    if (!isGroup(entries)) {
      problems.push({ path: application, wrong: "is missing", allowed: wanted.join(", "), todo: "name a release of each service" });
      continue;
    }
    problems.push(...unknownNames(`${application}.`, Object.keys(entries), Object.keys(forms)));
    for (const [service, form] of Object.entries(forms)) {
      if (entries[service] === undefined && !wanted.includes(service)) continue;
      const path = `${application}.${service}`;
      const read = readRelease(path, entries[service], form);
      if ("problems" in read) problems.push(...read.problems);
      else if (wanted.includes(service)) {
        (releases[application] ??= {})[service] = read.release;
        problems.push(...loginProblems(path, read.release, group(raw[application]), group(raw["git"])));
        problems.push(...versionProblems(path, read.release, VERSIONS[application]?.[service]));
      }
    }
  }
  return { releases, problems };
}

function readRelease(path: string, given: unknown, kind: Form): { release: Release } | { problems: Problem[] } {
  const form = kind !== "code" ? kind : isGroup(given) && Object.hasOwn(given, WORDS.archive.key) ? "archive" : "source";
  const words = kind === "code" ? `${WORDS.source.words} or ${WORDS.archive.words}` : WORDS[form].words;
  const allowed = `${words}, with builtAt`;
  if (!isGroup(given)) return { problems: [{ path, wrong: "is missing", allowed }] };
  if (!Object.hasOwn(given, WORDS[form].key)) {
    const other = Object.values(WORDS).find(({ key }) => Object.hasOwn(given, key));
    return { problems: [{ path, wrong: other === undefined ? "says no release" : `cannot be deployed from "${other.key}"`, allowed }] };
  }
  const result = FORMS[form].safeParse(given, { error: zodWords });
  return result.success ? { release: result.data } : { problems: problemsOf(result.error.issues, given, `${path}.`) };
}

/** The stack's own machine has to have a key for what is fetched by SSH. Another stack's has those of its own file. */
function loginProblems(path: string, release: Release, settings: Raw, git: Raw): Problem[] {
  const server = "repository" in release ? gitServerOf(release.repository) : undefined;
  if (server === undefined || Object.hasOwn(git, server) || group(settings["host"])["stack"] !== undefined) return [];
  return [
    {
      path: `${path}.repository`,
      wrong: `is fetched by SSH from ${server}, for which the stack has no key`,
      todo: `set "flowfleet:git["${server}"]"`,
    },
  ];
}

function versionProblems(path: string, release: Release, rule?: (image: { version: string }) => Problem[]): Problem[] {
  if (rule === undefined || !("version" in release) || release.version === undefined) return [];
  return rule({ version: release.version }).map((problem) => ({ ...problem, path: `${path}.version` }));
}

const unknownNames = (prefix: string, names: readonly string[], known: readonly string[]): Problem[] =>
  names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      return {
        path: `${prefix}${name}`,
        wrong: "is not known",
        allowed: known.join(", "),
        ...(near === undefined ? {} : { todo: `did you mean "${near}"?` }),
      };
    });
