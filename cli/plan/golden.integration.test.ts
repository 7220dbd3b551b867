import { cpSync } from "node:fs";
import * as path from "node:path";
import { operatorsCheckout, releaseBackend } from "../../infra/golden/testing/operators-checkout";
import { checkout } from "../checkout";
import { makeReport } from "./make-report";
import { reportText } from "./text";
import { againstText } from "./words";

let operator: ReturnType<typeof operatorsCheckout>;
let root: string;
beforeAll(() => {
  operator = operatorsCheckout(checkout);
  root = operator.folder;
  cpSync(path.join(root, "infra/golden/releases"), path.join(root, "releases"), { recursive: true });
});
afterAll(() => {
  operator.remove();
});

const planned = async (stack: string) => {
  const report = await makeReport({ root, stacks: [stack], other: { kind: "golden" }, modules: path.join(root, "libraries") });
  return { stack: report.stacks[0], text: reportText(report) };
};

it("against the committed plan nothing changes where secrets are set and releases are its own", async () => {
  const { text } = await planned("demo");
  expect(text).toContain("Plan of stack demo against the committed plan: nothing changes");
  expect(text).not.toContain("infra/golden/releases");
}, 300_000);

it("what was released since then shows as a change, and it is said why", async () => {
  await releaseBackend(root, "demo");
  const { stack, text } = await planned("demo");
  expect(stack?.interruptions.map(({ name }) => name)).toEqual(["flowmaster-backend"]);
  expect(stack?.interruptions[0]?.because).toContain("release.image");
  expect(stack?.counts).toMatchObject({ create: 0, replace: 0, delete: 0 });
  expect(text).toContain("the committed plan is made of the releases in infra/golden/releases/demo.yaml");
}, 300_000);

test("a stack without a committed plan is planned against nothing, and it is said which file is not there", () => {
  expect(againstText({ kind: "golden" }, { stack: "show", isNew: true })).toBe("nothing, because infra/golden/show.json is not there");
  expect(againstText({ kind: "golden" }, { stack: "demo", isNew: false })).toBe("the committed plan");
});
