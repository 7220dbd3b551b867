import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (file: string) => readFileSync(join(__dirname, "..", file), "utf8");
const text = read("docs/state-backend.md");
const first = text.split("## The first time")[1]?.split("\n## ")[0] ?? "";
const commands = [...first.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
  .flatMap(([, body = ""]) => body.split("\n"))
  .map((line) => line.replace(/ {2,}#.*/, ""));

it("tells the first-time order: secrets change hands before the state moves, and nothing changes by the move", () => {
  const order = [
    "pulumi stack init <stack>",
    "pulumi up -s <stack>",
    'pulumi stack change-secrets-provider "$secrets" -s <stack>',
    "pulumi stack export -s <stack> --file first.json",
    'pulumi login "$backend"',
    'pulumi stack init <stack> --secrets-provider "$secrets"',
    "pulumi stack import -s <stack> --file first.json",
    "pulumi preview -s <stack> --expect-no-changes",
  ];
  const found = order.map((command) => commands.indexOf(command));
  expect(found).not.toContain(-1);
  expect(found).toEqual([...found].sort((a, b) => a - b));
});

it("asks for outputs that the stack with the state has", () => {
  const { outputs } = JSON.parse(read("infra/golden/shared-with-state.json")) as { outputs: Record<string, string> };
  const asked = [...first.matchAll(/pulumi stack output (\w+)/g)].map(([, name = ""]) => name);
  expect(asked).toEqual(["backendUrl", "secretsProvider"]);
  expect(asked.map((name) => outputs[name])).toEqual([expect.stringMatching(/^s3:\/\//), expect.stringMatching(/^awskms:\/\/\//)]);
});
