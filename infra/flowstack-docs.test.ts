import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as flowstack from "../stacks/flowstack/guide";

const text = readFileSync(join(__dirname, "../docs/systems/flowstack.md"), "utf8");
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
