import { join } from "node:path";
import { containsUnknown } from "../../rehearsal/engine";
import { nameOf } from "../../infra/policy/resource";
import { pretendedResources } from "./pretended";
import { plannedConfig } from "./stand-ins";
import { judged } from "./violations";

const ROOT = join(__dirname, "../..");

it("of a stack that is all new the rules see everything, releases and their images too", async () => {
  const views = await pretendedResources({ cwd: ROOT, config: (stack) => plannedConfig(ROOT, stack) }, "demo");
  expect(views.filter(({ inputs }) => containsUnknown(inputs))).toEqual([]);
  const release = views.find(({ urn }) => nameOf(urn) === "flowmaster-backend-release-switch");
  expect(JSON.parse(release?.inputs["stdin"] as string)).toMatchObject({
    release: { image: expect.stringContaining("@sha256:") as string },
  });
  const tagged = views.map((view) =>
    view === release
      ? { ...view, inputs: { ...view.inputs, stdin: (view.inputs["stdin"] as string).replace(/@sha256:\w+/, ":latest") } }
      : view,
  );
  const said = (judging: typeof views) => judged({ stack: "demo", judged: judging, resources: [] }).violations.map(({ rule }) => rule);
  expect([said(views), said(tagged)]).toEqual([[], ["image-pinned"]]);
}, 120_000);
