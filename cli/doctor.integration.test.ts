import { examine, ofThisMachine } from "./doctor";

test("what `npx` puts before the machine's own programs is not looked at", () => {
  expect(ofThisMachine("/src/flowfleet/node_modules/.bin:/src/node_modules/.bin:/usr/local/bin:/usr/bin")).toBe("/usr/local/bin:/usr/bin");
});

test("what the documentation's commands for AWS need is looked for, and is no condition of a plan", async () => {
  const found = (await examine()).filter(({ name }) => ["AWS CLI", "jq"].includes(name));
  expect(found.map(({ name, required }) => [name, required])).toEqual([
    ["AWS CLI", false],
    ["jq", false],
  ]);
}, 30_000);
