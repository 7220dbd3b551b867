import * as z from "zod";
import { parse } from "yaml";
import type { Problem } from "../../components/kernel/refuse";
import * as f from "./fields";
import { nearest, problemsOf, zodWords } from "./problems";

/** What every release says beside what it is. */
interface Built {
  /** When it was built, in UTC. */
  builtAt: string;
  /** Going back to an older one on purpose. */
  rollback: boolean;
}
/** An image in a registry. */
export type ImageRelease = Built & { image: string; digest: string };
/** A file that is fetched. */
export type ArchiveRelease = Built & { archive: string; sha256: string };
/** A commit that is built on the host. */
export type SourceRelease = Built & { repository: string; ref: string; commit: string };
export type Release = ImageRelease | ArchiveRelease | SourceRelease;

const built = { builtAt: f.time(), rollback: f.flag().default(false) };
const FORMS = [
  z.strictObject({ image: f.image(), digest: f.digest(), ...built }),
  z.strictObject({ archive: f.url(), sha256: f.hex(64), ...built }),
  z.strictObject({ repository: f.text(), ref: f.branch(), commit: f.hex(40), ...built }),
] as const;
const KINDS = ["image", "archive", "repository"] as const;

/** The applications that may stand in a release file, each with its services and the kinds of release that it takes. */
const APPLICATIONS: Record<string, { services: readonly string[]; kinds: readonly (typeof KINDS)[number][] }> = {
  flowmaster: { services: ["backend", "frontend"], kinds: ["image"] },
};

export interface Releases {
  /** Application -> service -> release. */
  releases: Record<string, Record<string, Release>>;
  problems: Problem[];
}

/**
 * Reads a release file: `<application>: {<service>: <release>}`.
 *
 * @param wanted Applications that the stack deploys: each must be there with all its services.
 */
export function readReleases(text: string, wanted: readonly string[]): Releases {
  let file: unknown;
  try {
    file = parse(text) ?? {};
  } catch (error) {
    return {
      releases: {},
      problems: [{ path: "", wrong: `is no YAML: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : ""}` }],
    };
  }
  if (!isGroup(file)) return { releases: {}, problems: [{ path: "", wrong: "must hold applications, each with its services" }] };
  const given = file;
  const releases: Releases["releases"] = {};
  const problems: Problem[] = unknownNames("", Object.keys(given), Object.keys(APPLICATIONS));
  for (const [application, { services, kinds }] of Object.entries(APPLICATIONS)) {
    const entries = given[application];
    if (entries === undefined && !wanted.includes(application)) continue;
    if (!isGroup(entries)) {
      problems.push({ path: application, wrong: "is missing", allowed: services.join(", "), todo: "name a release of each service" });
      continue;
    }
    problems.push(...unknownNames(`${application}.`, Object.keys(entries), services));
    for (const service of services) {
      const read = readRelease(`${application}.${service}`, entries[service], kinds);
      if ("problems" in read) problems.push(...read.problems);
      else (releases[application] ??= {})[service] = read.release;
    }
  }
  return { releases, problems };
}

function readRelease(
  path: string,
  given: unknown,
  kinds: readonly (typeof KINDS)[number][],
): { release: Release } | { problems: Problem[] } {
  const allowed = kinds
    .map((kind) =>
      Object.keys(FORMS[KINDS.indexOf(kind)]?.shape ?? {})
        .slice(0, -2)
        .join(" + "),
    )
    .join(", or ");
  if (!isGroup(given)) return { problems: [{ path, wrong: "is missing", allowed: `${allowed}, with builtAt` }] };
  const kind = KINDS.find((one) => Object.hasOwn(given, one));
  if (kind === undefined || !kinds.includes(kind))
    return {
      problems: [
        { path, wrong: kind === undefined ? "says no release" : `cannot be deployed from "${kind}"`, allowed: `${allowed}, with builtAt` },
      ],
    };
  const result = (FORMS[KINDS.indexOf(kind)] as (typeof FORMS)[number]).safeParse(given, { error: zodWords });
  return result.success ? { release: result.data } : { problems: problemsOf(result.error.issues, given, `${path}.`) };
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

const isGroup = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
