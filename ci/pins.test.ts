/** What pipelines start from elsewhere is what it was when it was chosen: actions by commit, images by digest, with the version for people. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { checkout } from "../cli/checkout";

const workflows = readdirSync(path.join(checkout, ".github/workflows")).map((name) => `.github/workflows/${name}`);
const templates = ["flowmaster", "flowstack"].flatMap((system) =>
  readdirSync(path.join(__dirname, "templates", system)).map((name) => `ci/templates/${system}/${name}`),
);
const files = [".gitlab-ci.yml", ...workflows, ...templates];
const read = (file: string): string => readFileSync(path.join(checkout, file), "utf8");

/** Wherever GitLab, GitHub and Compose have an image; and variables that are one. */
function images(node: unknown, key = ""): string[] {
  if (Array.isArray(node)) return node.flatMap((one) => images(one, key));
  if (typeof node === "object" && node !== null) {
    const isImage = ["image", "services"].includes(key) && "name" in node;
    return Object.entries(node).flatMap(([name, value]) => images(value, isImage && name === "name" ? "image" : name));
  }
  return typeof node === "string" && (["image", "services"].includes(key) || key.endsWith("_IMAGE")) && !node.startsWith("$") ? [node] : [];
}

it.each(files)("%s", (file) => {
  for (const [, action = ""] of read(file).matchAll(/uses: (?!\.\/)(.+)/g))
    expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  for (const image of images(parse(read(file), { logLevel: "silent" })))
    expect(image).toMatch(/^[a-z/-]+:v?\d+\.[\w.-]+@sha256:[0-9a-f]{64}$/);
});

it("one version of each action and of each image everywhere", () => {
  const pins = [
    ...files
      .map(read)
      .join("\n")
      .matchAll(/([\w/.-]+?)(?::[\w.-]+)?@([0-9a-f]{40} # \S+|sha256:[0-9a-f]{64})/g),
  ];
  const others = new Map<string, Set<string>>();
  // The applications' Node.js is their guides'. Docker's client and its server are of one name.
  for (const [, name = "", pin = ""] of pins)
    if (!["node", "docker"].includes(name)) others.set(name, (others.get(name) ?? new Set()).add(pin));
  expect([...others].filter(([, versions]) => versions.size > 1)).toEqual([]);
  expect(others.size).toBeGreaterThan(8);
});

it("Renovate finds the images that are variables", () => {
  const { customManagers } = JSON.parse(read(".github/renovate.json")) as { customManagers: { matchStrings: string[] }[] };
  const found = [...read("ci/templates/flowstack/ci.yml").matchAll(new RegExp(customManagers[0]?.matchStrings[0] ?? "", "g"))];
  expect(found.map(({ groups }) => groups?.["depName"])).toEqual(["aquasec/trivy", "trufflesecurity/trufflehog"]);
});
