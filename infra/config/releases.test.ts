import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readReleases } from "./releases";
import { releasesOf } from "./stacks";
import { findingLine } from "./places";
import { problemLine } from "./problems";

const GOOD = { image: "registry.example.com/flowmaster/backend", digest: `sha256:${"0".repeat(64)}`, builtAt: "2026-11-20T10:00:00Z" };
/** A stack that deploys it. */
const FLOWMASTER = { flowmaster: {} };
const problems = (file: unknown) => readReleases(JSON.stringify(file), FLOWMASTER).problems.map(problemLine);

it("reads each service's release; a rollback says so", () => {
  const { releases, problems: none } = readReleases(
    JSON.stringify({ flowmaster: { backend: GOOD, frontend: { ...GOOD, rollback: true } } }),
    FLOWMASTER,
  );
  expect(none).toEqual([]);
  expect(releases).toEqual({ flowmaster: { backend: { ...GOOD, rollback: false }, frontend: { ...GOOD, rollback: true } } });
});

it("reads the time as it is written", () => {
  const text = readFileSync(join(__dirname, "../golden/releases/prod.yaml"), "utf8");
  expect(readReleases(text, FLOWMASTER).releases["flowmaster"]?.["backend"]?.builtAt).toBe("2026-11-20T10:00:00Z");
});

it("tells every problem at once", () => {
  expect(
    problems({
      flowmaster: { backned: GOOD, frontend: { ...GOOD, digest: "latest", builtAt: "yesterday", rollback: "maybe", tag: "v1" } },
      flowstak: {},
    }),
  ).toEqual([
    'flowstak: is not known; allowed: flowmaster, flowra, flowstack, coreflow, flatlogic; did you mean "flowstack"?',
    'flowmaster.backned: is not known; allowed: backend, frontend; did you mean "backend"?',
    "flowmaster.backend: is missing; allowed: image + digest, with builtAt",
    'flowmaster.frontend.digest: must be the digest of an image; got "latest"; allowed: "sha256:" and 64 hexadecimal digits',
    'flowmaster.frontend.builtAt: must be a time in UTC; got "yesterday"; allowed: such as "2026-11-20T10:00:00Z"',
    'flowmaster.frontend.rollback: must be true or false; got "maybe"',
    "flowmaster.frontend.tag: is not known; allowed: image, digest, builtAt, rollback, version",
  ]);
});

it.each([
  [
    { ...GOOD, image: "registry.example.com/flowmaster/backend:v1" },
    'flowmaster.backend.image: must be the repository of an image with its registry and without a tag, such as "registry.example.com/flowmaster/backend" or "docker.io/library/postgres"; got "registry.example.com/flowmaster/backend:v1"',
  ],
  [
    { archive: "https://example.com/a.tar.gz", sha256: "0".repeat(64), builtAt: GOOD.builtAt },
    'flowmaster.backend: cannot be deployed from "archive"; allowed: image + digest, with builtAt',
  ],
  [{ builtAt: GOOD.builtAt }, "flowmaster.backend: says no release; allowed: image + digest, with builtAt"],
  [{ image: GOOD.image, digest: GOOD.digest }, 'flowmaster.backend.builtAt: is missing; allowed: such as "2026-11-20T10:00:00Z"'],
])("refuses %j", (backend, problem) => {
  expect(problems({ flowmaster: { backend, frontend: GOOD } })).toEqual([problem]);
});

describe("Flowra", () => {
  const image = { ...GOOD, image: "registry.example.com/flowra/api" };
  const archive = { archive: "https://example.com/flowra-1.4.0.tar.gz", sha256: "1".repeat(64), builtAt: GOOD.builtAt };
  const data = Object.fromEntries(["mongodb", "redis", "keycloak", "keycloak-db"].map((name) => [name, { ...GOOD, version: "6.0.20" }]));
  const application = { api: image, worker: image, migrator: image };
  const read = (file: object, mode?: string) => readReleases(JSON.stringify({ flowra: file }), { flowra: { mode } });

  it.each([
    ["containers", undefined, ["api", "worker", "migrator", "mongodb", "redis", "keycloak", "keycloak-db"]],
    ["containers", "containers", ["api", "worker", "migrator", "mongodb", "redis", "keycloak", "keycloak-db"]],
    ["services of the machine", "systemd", ["application", "mongodb", "redis", "keycloak", "keycloak-db"]],
  ])("as %s runs what its mode needs of a file with both", (_, mode, services) => {
    const { releases, problems: none } = read({ ...application, application: archive, ...data }, mode);
    expect(none).toEqual([]);
    expect(Object.keys(releases["flowra"] ?? {})).toEqual(services);
  });

  it("needs the version of each database, and the archive or the images", () => {
    expect(read({ ...application, ...data, redis: image }).problems.map(problemLine)).toEqual([
      'flowra.redis.version: is missing; must be a version such as "24.0"',
    ]);
    expect(read({ ...application, ...data }, "systemd").problems.map(problemLine)).toEqual([
      "flowra.application: is missing; allowed: archive + sha256, with builtAt",
    ]);
    expect(
      read({ application: { ...archive, archive: "https://me:canary@example.com/a.tar.gz" }, worker: archive, ...data }).problems.map(
        problemLine,
      ),
    ).toEqual([
      "flowra.api: is missing; allowed: image + digest, with builtAt",
      'flowra.worker: cannot be deployed from "archive"; allowed: image + digest, with builtAt',
      "flowra.migrator: is missing; allowed: image + digest, with builtAt",
      'flowra.application.archive: must be the https address of an archive, without a password; allowed: such as "https://example.com/flowra-1.4.0.tar.gz"',
    ]);
  });
});

it("a stack without systems needs no file; one with systems says which is missing", () => {
  const none = () => undefined;
  expect(releasesOf("shared", {}, none).problems).toEqual([]);
  expect(releasesOf("prod", { flowmaster: {} }, none).problems.map(findingLine)).toEqual([
    "releases/prod.yaml: there is no such file; it says which release of each application runs in this stack",
  ]);
});

it("a problem begins with the file", () => {
  const [first] = releasesOf("prod", { flowmaster: {}, releases: "elsewhere" }, () => "flowmaster: [").problems.map(findingLine);
  expect(first).toMatch(/^elsewhere\/prod\.yaml:1:14: is no YAML: /);
});
