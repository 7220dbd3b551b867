import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as flowstack from "../stacks/flowstack/guide";
import { onAws } from "../stacks/flowstack/testing/program";
import { PUBLIC, SECRET } from "../stacks/flowstack/variables";
import { inspect } from "./config/stacks";

const read = (file: string) => readFileSync(join(__dirname, "..", file), "utf8");
const text = read("docs/systems/flowstack.md");
const blocks = [...text.matchAll(/^```(\S+) ?(.*)\n([\s\S]*?)^```$/gm)].map(([, language = "", about = "", body = ""]) => ({
  language,
  about,
  body,
}));

it("has the environments as the program has them", () => {
  const rows = [...text.matchAll(/^\| (\w+) \| `\w+` \| `(\w+)` \|/gm)].map((row) => row.slice(1));
  expect(rows).toEqual(Object.entries(flowstack.ENVIRONMENTS).map(([name, { branch }]) => [name, branch]));
});

it("names ports, paths and volumes as the program has them", () => {
  const { PORTS, DEFAULTS, HEALTH_PATH } = flowstack;
  for (const word of [...Object.values(PORTS), HEALTH_PATH, DEFAULTS.volume, DEFAULTS.mount, DEFAULTS.directory])
    expect(text).toContain(String(word));
});

it("gives a successor for each of the guide's commands, marked with where it runs", () => {
  const guide = blocks.filter(({ about }) => about === "guide").flatMap(({ body }) => body.trim().split("\n"));
  expect(guide).toEqual(["TF_VAR_db_password", "docker build", "docker push", "terraform apply", "docker-compose"]);
  blocks.forEach(({ language, about }, index) => {
    if (language === "sh") expect(about).toMatch(/^(?:here|server)$/);
    if (about === "guide") expect(blocks[index + 1]?.language).toBe("sh");
  });
});

it("has every variable of the guide, and who gives it", () => {
  const rows = [...text.matchAll(/^\| `([A-Z0-9_]+)` \| .* \| (environment|secret) \|$/gm)].map((row) => row.slice(1));
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries([...PUBLIC.map((name) => [name, "environment"]), ...SECRET.map((name) => [name, "secret"])]),
  );
});

it("names a test for each of the guide's criteria", () => {
  const part = text.split("## The guide's criteria")[1]?.split("\n## ")[0] ?? "";
  const rows = [...part.matchAll(/^\| ([A-Z][^|]+) \| (.*) \|$/gm)].map(([, criterion = "", shown = ""]) => ({ criterion, shown }));
  expect(rows.map(({ criterion }) => criterion)).toEqual([
    "Docker image builds successfully",
    "Container starts with no errors",
    "Health check at `/api/v1/ping` returns 200",
    "FlowStack UI accessible at ALB URL",
    "All proxy routes work correctly",
    "Authentication with seed user",
    "PostgreSQL database connection",
    "Data persists via EFS mount",
  ]);
  for (const { shown } of rows)
    for (const [, file = "", test] of shown.matchAll(/`([^`]+)`(?:: "([^"]+)")?/g)) expect(read(file)).toMatch(test ?? /\b(?:it|test)\(/);
});

it("takes over what Terraform made by an example that is complete", () => {
  const found = blocks.find(({ language, body }) => language === "yaml" && body.includes("\n    adopt:\n"))?.body ?? "";
  const fragment = found.replace("flowfleet:flowstack:\n  aws:\n", "").replace(/^ {4}/gm, "");
  const own = "network: {zones: [eu-central-1a, eu-central-1b]}\nentrance: {zone: Z0123456789ABCDEFGHIJ}\n";
  const file = onAws("", `${own}${fragment}`.replace(/^/gm, "      "));
  const releases = JSON.stringify({
    flowstack: { app: { image: "docker.io/leadevs/fastflow", digest: `sha256:${"1".repeat(64)}`, builtAt: "2026-11-20T10:00:00Z" } },
  });
  expect(fragment).toContain("files:");
  expect(inspect("prod", file, () => releases).problems).toEqual([]);
});
