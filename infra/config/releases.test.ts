import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readReleases } from "./releases";
import { releasesOf } from "./stacks";
import { problemLine } from "./problems";

const GOOD = { image: "registry.example.com/flowmaster/backend", digest: `sha256:${"0".repeat(64)}`, builtAt: "2026-11-20T10:00:00Z" };
const problems = (file: unknown) => readReleases(JSON.stringify(file), ["flowmaster"]).problems.map(problemLine);

it("reads each service's release; a rollback says so", () => {
  const { releases, problems: none } = readReleases(
    JSON.stringify({ flowmaster: { backend: GOOD, frontend: { ...GOOD, rollback: true } } }),
    ["flowmaster"],
  );
  expect(none).toEqual([]);
  expect(releases).toEqual({ flowmaster: { backend: { ...GOOD, rollback: false }, frontend: { ...GOOD, rollback: true } } });
});

it("reads the time as it is written", () => {
  const text = readFileSync(join(__dirname, "../../releases/prod.yaml"), "utf8");
  expect(readReleases(text, ["flowmaster"]).releases["flowmaster"]?.["backend"]?.builtAt).toBe("2026-11-20T10:00:00Z");
});

it("tells every problem at once", () => {
  expect(
    problems({
      flowmaster: { backned: GOOD, frontend: { ...GOOD, digest: "latest", builtAt: "yesterday", rollback: "maybe", tag: "v1" } },
      flowstak: {},
    }),
  ).toEqual([
    "flowstak: is not known; allowed: flowmaster",
    'flowmaster.backned: is not known; allowed: backend, frontend; did you mean "backend"?',
    "flowmaster.backend: is missing; allowed: image + digest, with builtAt",
    'flowmaster.frontend.digest: must be the digest of an image; got "latest"; allowed: "sha256:" and 64 hexadecimal digits',
    'flowmaster.frontend.builtAt: must be a time in UTC; got "yesterday"; allowed: such as "2026-11-20T10:00:00Z"',
    'flowmaster.frontend.rollback: must be true or false; got "maybe"',
    "flowmaster.frontend.tag: is not known; allowed: image, digest, builtAt, rollback",
  ]);
});

it.each([
  [
    { ...GOOD, image: "registry.example.com/flowmaster/backend:v1" },
    'flowmaster.backend.image: must be the repository of an image without a tag, such as "registry.example.com/flowmaster/backend"; got "registry.example.com/flowmaster/backend:v1"',
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

it("a stack without systems needs no file; one with systems says which is missing", () => {
  const none = () => undefined;
  expect(releasesOf("shared", {}, none).problems).toEqual([]);
  expect(releasesOf("prod", { flowmaster: {} }, none).problems.map(problemLine)).toEqual([
    "releases/prod.yaml: there is no such file; it says which release of each application runs in this stack",
  ]);
});

it("a problem begins with the file", () => {
  const [first] = releasesOf("prod", { flowmaster: {}, releases: "elsewhere" }, () => "flowmaster: [").problems.map(problemLine);
  expect(first).toMatch(/^elsewhere\/prod\.yaml: is no YAML: /);
});
