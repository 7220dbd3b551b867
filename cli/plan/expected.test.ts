import { unchangedSecrets, unexpected } from "./expected";
import { planReport, stackReport } from "./html/testing/reports";
import type { FoldedChange, Op, PlanReport, ResourceChange } from "./report";

const DIGEST = "ab".repeat(32);
const urn = (name: string, type = "command:remote:Command"): string => `urn:pulumi:prod::flowfleet::flowfleet:host:Host$${type}::${name}`;
const change = (name: string, op: ResourceChange["op"]): ResourceChange => ({
  op,
  urn: urn(name),
  name,
  type: "command:remote:Command",
  kind: "files",
  system: "flowmaster",
  protected: false,
  replaceBecause: [],
  properties: [],
  files: [],
});
const follows = (name: string): FoldedChange => ({ op: "update", urn: urn(name), name, type: "t", system: "s", why: "a mark follows" });

const report = (resources: ResourceChange[], folded: FoldedChange[] = []): PlanReport =>
  planReport(stackReport({ digest: DIGEST, resources, folded }));
/** As Pulumi 3.260 prints it: a replacement is one step, and components, providers and the stack are among them. */
const preview = (...steps: [name: string, op: string][]): string =>
  JSON.stringify({
    steps: [
      { op: "create", urn: "urn:pulumi:prod::flowfleet::pulumi:pulumi:Stack::flowfleet-prod", newState: { custom: false } },
      { op: "update", urn: "urn:pulumi:prod::flowfleet::pulumi:providers:command::default_1_2_1", newState: { custom: true } },
      { op: "create", urn: urn("web", "flowfleet:web:NginxSite"), newState: { custom: false } },
      ...steps.map(([name, op]) => ({
        op,
        urn: urn(name),
        ...(op === "delete" ? { oldState: { custom: true } } : { newState: { custom: true } }),
      })),
    ],
    duration: 1,
    changeSummary: {},
  });

const plan = report([change("a", "create"), change("b", "replace"), change("c", "delete")], [follows("d")]);
const same: [string, string][] = [
  ["a", "create"],
  ["b", "replace"],
  ["c", "delete"],
  ["d", "update"],
  ["e", "same"],
  ["f", "read"],
];

it("is what was expected: the same digest, and step by step what Pulumi would do, what is folded among it", () => {
  expect(unexpected(plan, { digest: DIGEST })).toEqual([]);
  expect(unexpected(plan, { digest: DIGEST.toUpperCase(), preview: preview(...same) })).toEqual([]);
});

it("another plan is told with its digest", () => {
  expect(unexpected(plan, { digest: "0".repeat(64) })).toEqual([
    `--expect ${"0".repeat(64)}: is not this plan of prod. Read this one; its digest is ${DIGEST}`,
  ]);
});

it.each<[string, [string, string][], string, Op, Op]>([
  ["something that nobody read of", [...same, ["g", "update"]], "g", "same", "update"],
  ["a replacement in the place of an update", [...same, ["d", "replace"]], "d", "update", "replace"],
  ["a replacement in its parts", [...same, ["a", "create-replacement"]], "a", "create", "replace"],
  ["something that is not done", same.slice(1), "a", "create", "same"],
])("Pulumi's preview has %s", (_, steps, name, planned, previewed) => {
  expect(unexpected(plan, { digest: DIGEST, preview: preview(...steps) })).toEqual([
    `--preview: ${urn(name)}: plan: ${planned}, pulumi preview: ${previewed}`,
  ]);
});

it("a provider that the program makes is compared, too; one that Pulumi makes by itself is not", () => {
  const aws = "urn:pulumi:prod::flowfleet::pulumi:providers:aws::aws-flowra";
  const steps = JSON.stringify({ steps: [{ op: "update", urn: aws, newState: { custom: true } }] });
  expect(unexpected(report([]), { digest: DIGEST, preview: steps })).toEqual([`--preview: ${aws}: plan: same, pulumi preview: update`]);
  expect(unexpected(report([{ ...change("a", "update"), urn: aws }]), { digest: DIGEST, preview: steps })).toEqual([]);
});

it("after an update that failed half-way, what it had done is no difference; what nobody read of is", () => {
  const of = (...steps: [string, string][]) => unexpected(plan, { digest: DIGEST, preview: preview(...steps), resumed: true });
  expect(of(...same.slice(1))).toEqual([]);
  expect(of(...same.slice(1), ["g", "delete"])).toEqual([`--preview: ${urn("g")}: plan: same, pulumi preview: delete`]);
  expect(of(...same.slice(1), ["a", "replace"])).toEqual([`--preview: ${urn("a")}: plan: create, pulumi preview: replace`]);
});

describe("secrets that were encrypted anew as the values that they were", () => {
  const property = (path: string, secret: boolean) => ({ path, before: "a", after: "b", secret, unknown: false });
  const updated = (name: string, ...properties: ReturnType<typeof property>[]): ResourceChange => ({
    ...change(name, "update"),
    properties,
  });
  const security = [
    { kind: "secret" as const, change: "changed" as const, opens: false, urn: "Pulumi.prod.yaml", system: "stack", what: "secret x" },
  ];
  const file = updated("file", property('files["/srv/.env"].KEY', true));
  const release = updated("release", property("secrets.revision", false));
  const more = updated("more", property("secrets.revision", false), property("environment.A", false));
  const of = (resources: ResourceChange[], told = security): PlanReport =>
    planReport(stackReport({ digest: DIGEST, resources, folded: [follows("d")], security: told }));

  it("are a note where Pulumi changes nothing, and so is what follows from them", () => {
    expect(unexpected(of([file, release]), { digest: DIGEST, preview: preview() })).toEqual([]);
    expect(unchangedSecrets(of([file, release]), preview())).toEqual(
      ["d", "file", "release"].map(
        (name) =>
          `--preview: ${urn(name)}: only secrets that were encrypted anew, as the values that they were: pulumi preview changes nothing`,
      ),
    );
    expect(unchangedSecrets(of([file, release]), preview(["d", "update"], ["file", "update"], ["release", "update"]))).toEqual([]);
  });

  it("excuse nothing else: another difference, another step, or secrets of which none is set anew", () => {
    const wrong = (found: PlanReport, ...steps: [string, string][]) =>
      unexpected(found, { digest: DIGEST, preview: preview(["d", "update"], ...steps) });
    expect(wrong(of([more]))).toEqual([`--preview: ${urn("more")}: plan: update, pulumi preview: same`]);
    expect(wrong(of([file]), ["file", "replace"])).toEqual([`--preview: ${urn("file")}: plan: update, pulumi preview: replace`]);
    expect(wrong(of([file], []))).toEqual([`--preview: ${urn("file")}: plan: update, pulumi preview: same`]);
  });
});

it.each([
  ["", "is no JSON"],
  ["{}", "has no steps"],
  ["null", "has no steps"],
  ['{"steps": [], "diagnostics": [{"severity": "error", "message": "canary"}]}', "is of a preview that failed"],
])("%j is refused", (text, wrong) => {
  expect(() => unexpected(plan, { digest: DIGEST, preview: text })).toThrow(
    `--preview: ${wrong}. Make it with: pulumi preview --json --stack STACK`,
  );
});
