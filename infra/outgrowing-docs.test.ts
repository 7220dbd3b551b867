import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AWS } from "../stacks/flowra/guide";
import { inspect } from "./config/stacks";

const read = (file: string) => readFileSync(join(__dirname, "..", file), "utf8");
const text = read("docs/outgrowing-a-machine.md");

it("has an example that is right", () => {
  const [example = ""] = [...text.matchAll(/^ *```yaml example prod\n([\s\S]*?)^ *```$/gm)].map(([, body]) => body);
  const body = example.replace(/^ {3}/gm, "");
  const { problems, config } = inspect("prod-aws", body, () => read("infra/golden/releases/prod.yaml"));
  expect(problems).toEqual([]);
  expect(config?.flowmaster?.aws?.instances).toEqual({ backend: { min: 3, max: 6 }, frontend: { min: 3, max: 6 } });
});

it("has the prices of the golden plans", () => {
  const price = (of: string): number => {
    const { outputs } = JSON.parse(read(`infra/golden/prod-${of}-on-aws.json`)) as { outputs: Record<string, { aws: { price: string } }> };
    return Number(/^about (\d+) USD/.exec(outputs[of]?.aws.price ?? "")?.[1]);
  };
  const told = [...text.matchAll(/about (\d+) USD \|/g)].map(([, amount]) => Number(amount));
  expect(told).toEqual([price("flowmaster"), price("flowra")]);
});

it("names the paths of Flowra's API that are let through", () => {
  expect(AWS.paths.map((path) => text.includes(`\`${path}\``))).toEqual([true, true, true]);
});
