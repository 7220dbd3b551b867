import type { PlannedResource } from "../../rehearsal/plan";
import { reportHtml } from "./html/page";
import { stackReport } from "./compose";
import { dataChanges } from "./data";
import { failures } from "./failures";
import { goneServices } from "./gone";
import { reportMarkdown } from "./markdown";
import { maskText } from "./mask";
import { outputChanges } from "./outputs";
import type { PlanReport } from "./report";
import { securityChanges } from "./security";
import { COMMAND, component, CONTAINER, document, inSystem, madePlan, urn } from "./testing/made-plan";
import { reportText } from "./text";
import { differences } from "./differences";
import { whose } from "./whose";

const SYSTEM = urn("flowfleet:flowmaster:FlowMaster", "flowmaster");
const BESIDE = { isNew: false, environmentOf: () => "production", configuredSecrets: [], unused: [], violations: [], notes: [] };
const reported = (...resources: PlannedResource[]): PlanReport => ({
  version: 1,
  against: { kind: "golden" },
  stacks: [stackReport(madePlan(resources), BESIDE)],
});
const service = (name: string, op: "create" | "delete", leaf: PlannedResource): PlannedResource[] => {
  const type = `flowfleet:flowmaster:FlowMaster$flowfleet:service:ContainerService`;
  const parent = { ...component("flowfleet:service:ContainerService", name, SYSTEM), op, urn: urn(type, name) };
  return [parent, { ...leaf, parent: parent.urn }];
};
const release = (name: string, op: "create" | "delete", noun = "release", machine = "203.0.113.10"): PlannedResource =>
  inSystem(COMMAND, `${name}-switch`, { op, machine, inputs: { create: `helper ${noun} apply`, ...document({ service: "shop-api" }) } });

test.each<[form: string, leaf: PlannedResource, what: string]>([
  ["a release, whatever runs it", release("api", "delete"), "its release is deleted"],
  ["a static site", release("api", "delete", "static"), "its files are deleted"],
  ["a container", inSystem(CONTAINER, "api-container", { op: "delete", inputs: { name: "api" } }), "its container is deleted"],
  ["a service of Fargate", inSystem("aws:ecs/service:Service", "api-service", { op: "delete" }), "its tasks end"],
  ["a database of RDS", inSystem("aws:rds/instance:Instance", "api-server", { op: "delete" }), "its server is deleted"],
])("%s that is deleted is gone for good, in every form, and down", (_, leaf, what) => {
  const report = reported(...service("api", "delete", leaf));
  const line = `api: gone for good: ${what}, and nothing of this stack takes its place`;
  expect(report.stacks[0]?.interruptions.map(({ name, way, seconds }) => [name, way, seconds])).toEqual([["api", "gone", undefined]]);
  expect(report.stacks[0]?.summary[0]?.text).toMatch(/; gone for good: api$/);
  expect(reportText(report)).toContain(line);
  expect(reportMarkdown(report)).toContain(`**down** ${line}`);
  expect(reportHtml(report)).toContain(line);
  expect(failures(report, ["down"])).toEqual([`--fail-on down: prod: ${line}`]);
});

test("a service that is called otherwise, or made by another component, is not gone; on another machine it is away", () => {
  const deleted = service("api", "delete", release("api", "delete"));
  const of = (...made: PlannedResource[]) => reported(...deleted, ...made).stacks[0]?.interruptions.map(({ way, what }) => [way, what]);
  expect(of(...service("shop", "create", release("shop", "create")))).toEqual([
    ["side by side", "not interrupted: it takes over what serves as api, which is the same, without a restart"],
  ]);
  const other = document({ service: "shop-api", release: { image: "api@sha256:2" } });
  const changed = { ...release("shop", "create"), inputs: { create: "helper release apply", ...other } };
  // A switch, of which its component speaks.
  expect(of(...service("shop", "create", changed))).toEqual([]);
  expect(of(...service("shop", "create", release("shop", "create", "release", "203.0.113.20")))).toEqual([
    ["other", expect.stringContaining("made anew on another machine")],
  ]);
});

test("a service under another component's name on a machine that has another address is the same", () => {
  const machine = { from: "203.0.113.10", to: "203.0.113.20" };
  const plan = madePlan([
    ...service("api", "delete", release("api", "delete", "release", machine.from)),
    ...service("shop", "create", release("shop", "create", "release", machine.to)),
  ]);
  const told = (isSame: boolean) => goneServices(plan.resources, whose(plan), [{ ...machine, isSame }]).map(({ way }) => way);
  expect([told(true), told(false)]).toEqual([["side by side"], ["other"]]);
});

test("a container under another component's name is refused as long as the one of before has its name", () => {
  const container = (name: string, op: "create" | "delete") => inSystem(CONTAINER, `${name}-container`, { op, inputs: { name: "redis" } });
  const report = reported(
    ...service("redis", "delete", container("redis", "delete")),
    ...service("cache", "create", container("cache", "create")),
  );
  expect(report.stacks[0]?.interruptions.map(({ name, seconds, what }) => [name, seconds, what])).toEqual([
    [
      "cache",
      undefined,
      "it has another name than redis: its container is to be made while that of before has the same name, which Docker refuses; Pulumi's `aliases` let it stay as it is",
    ],
  ]);
});

describe("a name that is no longer served", () => {
  const site = (name: string, op: "update" | "create" | "delete", before: string[], after: string[]): PlannedResource => {
    const files = (names: string[]) => ({
      create: "helper files apply",
      ...document({ files: { "/etc/nginx/site.conf": { text: ["server {", `  server_name ${names.join(" ")};`] } } }),
    });
    const sides = op === "update" ? { before: files(before), inputs: files(after) } : { inputs: files(op === "delete" ? before : after) };
    return inSystem(COMMAND, name, { op, machine: "203.0.113.10", ...sides });
  };
  const gone = (...resources: PlannedResource[]) =>
    reported(...resources).stacks[0]?.interruptions.flatMap(({ name, way, what }) => (way === "gone" ? [`${name}: ${what}`] : []));
  const told = (name: string) => `${name}: nothing of this stack serves this name any more`;

  it("is gone, however its site goes on", () => {
    expect(gone(site("a", "update", ["a.example.com", "www.a.example.com"], ["b.example.com"]))).toEqual([
      told("a.example.com"),
      told("www.a.example.com"),
    ]);
    expect(gone(site("a", "delete", ["a.example.com"], []))).toEqual([told("a.example.com")]);
  });

  it("is not where another site has it, nor was it for others than the machine", () => {
    expect(gone(site("a", "delete", ["a.example.com"], []), site("b", "create", [], ["a.example.com"]))).toEqual([]);
    expect(gone(site("a", "delete", ["_"], []), site("b", "delete", ["api.internal"], []))).toEqual([]);
  });

  it("is not where only the update will know what the site is", () => {
    const known = site("a", "update", ["a.example.com"], []);
    expect(gone({ ...known, inputs: { ...known.inputs, stdin: "(not known yet)" } })).toEqual([]);
  });

  it("may have been a load balancer's", () => {
    const rule = (op: "update", before: string, after: string) => {
      const of = (name: string) => ({ conditions: [{ hostHeader: { values: [name] } }] });
      return inSystem("aws:lb/listenerRule:ListenerRule", "rule", { op, before: of(before), inputs: of(after) });
    };
    const record = inSystem("aws:route53/record:Record", "record", { op: "delete", inputs: { type: "A", name: "c.example.com" } });
    expect(gone(rule("update", "a.example.com", "b.example.com"), record)).toEqual([told("a.example.com"), told("c.example.com")]);
  });
});

test("a secret that was made and is deleted is data lost", () => {
  const plan = madePlan([inSystem("random:index/randomPassword:RandomPassword", "ENCRYPTION_KEY", { op: "delete" })]);
  expect(dataChanges(plan.resources, whose(plan)).map(({ data, what }) => [data, what])).toEqual([
    ["lost", expect.stringMatching(/^secret ENCRYPTION_KEY is deleted: .* this stack's state alone/)],
  ]);
});

test.each<[type: string, was: PlannedResource["inputs"], is: PlannedResource["inputs"] | undefined, what: string]>([
  ["aws:rds/instance:Instance", {}, undefined, "database x is deleted: only a final snapshot stays"],
  [
    "aws:rds/instance:Instance",
    { identifier: "db", skipFinalSnapshot: true },
    undefined,
    "database db is deleted: all that is in it goes with it, and no final snapshot is taken",
  ],
  [
    "aws:rds/instance:Instance",
    { identifier: "db", finalSnapshotIdentifier: "db-last" },
    { identifier: "db", snapshotIdentifier: "db-copy", skipFinalSnapshot: true },
    "database db is replaced by one that is made of snapshot db-copy: only a final snapshot stays, db-last",
  ],
  ["aws:s3/bucket:Bucket", { bucket: "logs", forceDestroy: true }, undefined, "bucket logs is deleted: all that is in it goes with it"],
  ["aws:s3/bucket:Bucket", { bucket: "logs" }, undefined, "bucket logs is deleted: AWS refuses while anything is in it"],
])("what stays of %s is told by what it was told: %j", (type, was, is, what) => {
  const plan = madePlan([
    inSystem(type, "x", is === undefined ? { op: "delete", inputs: was } : { op: "replace", before: was, inputs: is }),
  ]);
  expect(dataChanges(plan.resources, whose(plan)).map((one) => one.what)).toEqual([what]);
});

test.each<[protection: PlannedResource["protection"], guard: string]>([
  [undefined, ". It is protected: Pulumi refuses to replace it until its protection is taken off"],
  ["off", ""],
  ["on", ""],
])("a replacement is refused where both sides are protected, and not where the update changes that (%s)", (protection, guard) => {
  const server = { before: { identifier: "db" }, inputs: { identifier: "other" }, replaceKeys: ["identifier"], protect: true };
  const plan = madePlan([inSystem("aws:rds/instance:Instance", "server", { op: "replace", ...server, ...(protection && { protection }) })]);
  expect(dataChanges(plan.resources, whose(plan)).map((one) => [one.protected, one.what])).toEqual([
    [
      protection === undefined,
      `database db is replaced by an empty one (other), because of identifier: only a final snapshot stays${guard}`,
    ],
  ]);
});

test("a volume that Pulumi leaves on the machine is not lost but left behind, as loudly", () => {
  const volume = (name: string, of: Partial<PlannedResource> & Pick<PlannedResource, "op">) =>
    inSystem("docker:index/volume:Volume", name, { retainOnDelete: true, ...of });
  const report = reported(
    volume("a", { op: "delete", inputs: { name: "redis_data" }, protect: true }),
    volume("b", { op: "replace", before: { name: "mongo_data" }, inputs: { name: "mongo" }, replaceKeys: ["name"] }),
    volume("c", { op: "delete", inputs: { name: "kafka_data" }, retainOnDelete: false }),
  );
  const left = [
    "volume redis_data is deleted: it stays where it is, with all that is in it, and Pulumi forgets it. It is protected: Pulumi refuses to delete it until its protection is taken off",
    "volume mongo_data is replaced by an empty one (mongo), because of name: the old one stays where it is, with all that is in it, and Pulumi forgets it",
  ];
  expect(report.stacks[0]?.data.map(({ data, what }) => [data, what])).toEqual([
    ["lost", "volume kafka_data is deleted: all that is in it goes with it"],
    ...left.map((what) => ["left", what]),
  ]);
  expect(report.stacks[0]?.summary[0]?.text).toContain("; DATA LOST: 1; DATA LEFT BEHIND: 2; ");
  for (const what of left) expect(reportText(report)).toContain(`LEFT BEHIND: ${what}`);
  expect(reportMarkdown(report)).toContain("**LEFT BEHIND**: volume redis");
  expect(reportHtml(report)).toContain('<strong class="lost">DATA LEFT BEHIND</strong> volume redis_data');
  expect(failures(report, ["data"])).toHaveLength(3);
});

test("what closed a bucket that is deleted opens nothing, what closed one that stays does", () => {
  const bucket = (op: "delete" | "same") => inSystem("aws:s3/bucket:Bucket", "logs", { op });
  const closed = inSystem("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "closed", {
    op: "delete",
    inputs: { blockPublicAcls: true, ignorePublicAcls: true },
    dependencies: [bucket("same").urn],
  });
  const opened = (op: "delete" | "same") => {
    const plan = madePlan([bucket(op), closed]);
    return securityChanges(plan.resources, whose(plan), ({ inputs }) => differences(inputs, undefined)).map(({ opens, what }) => [
      opens,
      what,
    ]);
  };
  const told = ["closed no longer denies new public ACLs", "closed no longer denies what public ACLs allow"];
  expect(opened("delete")).toEqual(told.map((what) => [false, what]));
  expect(opened("same")).toEqual(told.map((what) => [true, what]));
  const container = madePlan([inSystem(CONTAINER, "redis", { op: "delete", inputs: { readOnly: true } })]);
  expect(securityChanges(container.resources, whose(container), ({ inputs }) => differences(inputs, undefined))).toEqual([]);
});

test("what a plan made up is not shown", () => {
  expect(maskText("on arn:made-up:FileSystem:files at database.made-up.invalid")).toBe("on (ARN of FileSystem files) at (address)");
});

test("an output that the update may find unchanged is folded, and nothing but these is no change of outputs", () => {
  const outputs = { url: "https://(not known yet)/x", host: "(not known yet)" };
  const outputsBefore = { url: "https://a.example.com/x", host: "b" };
  expect(outputChanges(outputsBefore, outputs).map(({ path, unknown }) => [path, unknown])).toEqual([
    ["host", true],
    ["url", true],
  ]);
  expect(outputChanges({ url: "https://a.example.com/y" }, outputs).find(({ path }) => path === "url")?.unknown).toBeUndefined();
  const report = { ...reported(), stacks: [stackReport(madePlan([], { outputs, outputsBefore }), BESIDE)] };
  for (const text of [reportText(report), reportMarkdown(report), (reportHtml(report).split("<script")[0] ?? "").replace(/<[^>]*>/g, "")]) {
    expect(text).toContain("host, url: known once the update is done");
    expect(text).not.toMatch(/-(?:>|&gt;) /);
    expect(text).not.toContain("but outputs");
  }
});

test("a database of RDS is restarted: 120 s for another class with a second server, else for a time that is not known", () => {
  const told = (before: object, inputs: object) => {
    const server = inSystem("aws:rds/instance:Instance", "server", {
      op: "update",
      before: before as PlannedResource["inputs"],
      inputs: inputs as PlannedResource["inputs"],
    });
    const plan = madePlan([server], {
      interruptions: [{ urn: SYSTEM, name: "database", what: "PostgreSQL is down", steps: [server.urn] }],
    });
    return stackReport(plan, BESIDE).interruptions.map(({ way, seconds }) => [way, seconds]);
  };
  const base = { instanceClass: "db.t4g.small", engineVersion: "15", multiAz: true };
  expect(told(base, { ...base, instanceClass: "db.t4g.large" })).toEqual([["restart", 120]]);
  expect(told(base, { ...base, engineVersion: "16" })).toEqual([["restart", undefined]]);
  expect(told({ ...base, multiAz: false }, { ...base, multiAz: false, instanceClass: "db.t4g.large" })).toEqual([["restart", undefined]]);
});
