import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { secret } from "../../rehearsal/engine";
import { checkOf } from "../review/check";
import { stackReport } from "./compose";
import { reportHtml } from "./html/page";
import { reportMarkdown, summaryMarkdown } from "./markdown";
import type { PlanReport } from "./report";
import { configuredSecrets } from "./security";
import { secretMarks } from "./stand-ins";
import { COMMAND, CONTAINER, document, inSystem, madePlan, onMachine, urn, VOLUME } from "./testing/made-plan";
import { reportText } from "./text";
import { LABELS } from "./words";

const BESIDE = { isNew: false, environmentOf: () => "production", configuredSecrets: [], unused: [], violations: [], notes: [] };
const reported = (...args: Parameters<typeof madePlan>): PlanReport => ({
  version: 1,
  against: { kind: "commit", name: "origin/main", commit: "0123456789abcdef0123456789abcdef01234567" },
  stacks: [stackReport(madePlan(...args), BESIDE)],
});

/** `UPDATE_GOLDEN=1 npx jest cli/plan/report.test.ts` writes them anew. */
function expected(name: string, found: string): string {
  const file = join(__dirname, "testing", name);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, found);
  return readFileSync(file, "utf8");
}

const mongo = (op: "replace" | "same") => {
  const before = {
    name: "mongodb",
    image: "registry.example.com/mongo@sha256:aaaa",
    mounts: [{ type: "volume", source: "old_data", target: "/data" }],
  };
  const inputs = {
    ...before,
    image: "registry.example.com/mongo@sha256:bbbb",
    mounts: [{ type: "volume", source: "new_data", target: "/data" }],
  };
  return inSystem(CONTAINER, "mongodb-container", { op, before, inputs, replaceKeys: ["image", "mounts[0].source"] });
};
const release = inSystem(COMMAND, "api-switch", {
  op: "update",
  machine: "203.0.113.10",
  before: { create: "helper release apply", ...document({ release: { image: "api@sha256:1" }, secrets: { revision: "0123456789ab" } }) },
  inputs: { create: "helper release apply", ...document({ release: { image: "api@sha256:2" }, secrets: { revision: "ba9876543210" } }) },
});
const site = onMachine("files", "site-files", {
  op: "update",
  before: document({
    files: {
      "/etc/nginx/site.conf": { mode: "0644", text: ["server {", "  listen 443 ssl;", "  ssl_protocols TLSv1.3;", "  # 10.92.1.16", "}"] },
    },
    after: ["reload nginx"],
  }),
  inputs: document({
    files: { "/etc/nginx/site.conf": { mode: "0644", text: ["server {", "  listen 443 ssl;", "  # 10.92.1.17", "}"] } },
    after: ["reload nginx"],
  }),
});
const marked = onMachine("confirm", "proof", {
  op: "update",
  before: document({ of: "0123456789ab" }),
  inputs: document({ of: "ba9876543210" }),
});
const reordered = onMachine("packages", "packages", {
  op: "update",
  before: document({ install: ["a", "b"] }),
  inputs: document({ install: ["b", "a"] }),
});
const firewall = onMachine("firewall", "rules", {
  op: "update",
  before: document({ allow: [{ port: 443, protocol: "tcp" }] }),
  inputs: document({
    allow: [
      { port: 443, protocol: "tcp" },
      { port: 8443, protocol: "tcp", from: ["203.0.113.0/24"] },
    ],
  }),
});
const plan = reported(
  [
    mongo("replace"),
    release,
    site,
    marked,
    reordered,
    firewall,
    inSystem(VOLUME, "mongodb-volume", { op: "delete", protect: true, inputs: { name: "old_data" } }),
    inSystem("random:index/randomPassword:RandomPassword", "api-key", { op: "create", inputs: { length: 43 } }),
    inSystem(COMMAND, "secrets", {
      op: "update",
      before: { stdin: "[secret]" },
      inputs: { stdin: "[secret]" },
      changedSecrets: [
        { path: 'stdin.files["/srv/.env"].text.KEY', change: "changed" },
        { path: 'stdin.files["/srv/.env"].text.NEW', change: "added" },
        { path: 'stdin.files["/srv/.env"].text.OLD', change: "removed" },
      ],
    }),
  ],
  {
    interruptions: [
      {
        urn: urn("flowfleet:flowmaster:FlowMaster$flowfleet:data:Mongo", "mongodb"),
        name: "mongodb",
        what: "mongodb is down from its stop (at most 60 s) until the new container is healthy (at most 100 s); its data stay in volume new_data",
        steps: [mongo("replace").urn],
      },
      {
        urn: urn("flowfleet:flowmaster:FlowMaster$flowfleet:service:ContainerService", "api"),
        name: "api",
        what: "not interrupted: the new release serves before the old one stops; requests under way get 30 s to end",
        steps: [release.urn],
      },
    ],
    outputsBefore: {
      flowmaster: {
        url: "https://a.example.com",
        host: "203.0.113.10",
        price: "24 USD a month: DigitalOcean s-2, list price of 2024-10-15",
      },
    },
    outputs: { flowmaster: { url: "https://b.example.com", price: "48 USD a month: DigitalOcean s-4, list price of 2024-10-15" } },
    assumed: ["organization/flowfleet/shared"],
  },
);

test("for a terminal: what matters most first, every difference by line, what says nothing new folded", () => {
  expect(reportText(plan)).toBe(expected("made-plan.txt", reportText(plan)));
});

test("as a comment: the summary whole at the top, the rest folded", () => {
  expect(reportMarkdown(plan)).toBe(expected("made-comment.txt", reportMarkdown(plan)));
});

test("a comment that is to be small keeps its summary whole and says what is left out", () => {
  const whole = reportMarkdown(plan);
  const summary = whole.slice(0, whole.indexOf("<details>"));
  const limit = Buffer.byteLength(summary) + 300;
  const small = reportMarkdown(plan, { limit, rest: "plan.html of this pipeline" });
  expect(small.startsWith(summary.trimEnd())).toBe(true);
  expect(small).toMatch(/_\d+ more parts do not fit into this comment; see plan\.html of this pipeline\._\n$/);
  expect(Buffer.byteLength(small)).toBeLessThanOrEqual(limit);
});

test("nothing that changes is said in one line", () => {
  const none = reported([mongo("same")]);
  expect(reportText(none)).toBe(
    `Plan of stack prod against origin/main (0123456789ab): nothing changes, of 2 resources\n\nDigest: ${none.stacks[0]?.digest ?? ""}\n`,
  );
});

const excusedPlan = (...resources: Parameters<typeof madePlan>[0]): PlanReport => {
  const violation = { rule: "r", level: "mandatory" as const, system: "flowmaster", message: "is wrong" };
  const until = (expires: string) => ({ ...violation, exception: { reason: "because", expires } });
  const beside = { ...BESIDE, violations: [until("2027-11-30"), until("2027-03-31")] };
  return { ...plan, stacks: [stackReport(madePlan(resources), beside)] };
};

test("excused violations come before the resources; where nothing is done they are a number and the first last day", () => {
  const text = reportText(excusedPlan(release));
  expect(text.indexOf("excused until 2027-11-30")).toBeGreaterThan(0);
  expect(text.indexOf("excused until 2027-11-30")).toBeLessThan(text.indexOf("~ release api-switch"));
  const none = excusedPlan(mongo("same"));
  expect(reportText(none)).toContain("excused:\n  2 of them; the first exception ends on 2027-03-31\n");
  expect(reportMarkdown(none)).toContain("2 of them; the first exception ends on 2027-03-31");
});

test("the same changes have the same digest, whatever they are compared with", () => {
  const [first, second, other] = [reported([release]), reported([release]), reported([site])].map(({ stacks }) => stacks[0]?.digest);
  expect(first).toBe(second);
  expect(other).not.toBe(first);
});

test("protection that is taken off is told and opens, though no resource changes; it is another digest", () => {
  const off = { ...mongo("same"), protection: "off" as const };
  const child = inSystem(COMMAND, "mongo-step", { op: "same", parent: off.urn, protection: "off" });
  const plans = [reported([mongo("same")]), reported([off, child]), reported([{ ...mongo("same"), protection: "on" }])];
  expect(new Set(plans.map(({ stacks }) => stacks[0]?.digest)).size).toBe(3);
  expect(plans.map(reportText).map((text) => text.split("\n\n").slice(0, -1).join("\n"))).toEqual([
    "Plan of stack prod against origin/main (0123456789ab): nothing changes, of 2 resources",
    "Plan of stack prod against origin/main (0123456789ab): nothing changes but protection (1), of 3 resources\n" +
      `${LABELS.security}:\n  OPENS mongodb-container: no longer protected, so that Pulumi no longer refuses to delete or replace it`,
    "Plan of stack prod against origin/main (0123456789ab): nothing changes but protection (1), of 2 resources\n" +
      `${LABELS.security}:\n  mongodb-container: protected now, so that Pulumi refuses to delete or replace it`,
  ]);
  expect(checkOf(plans[1] as PlanReport, "").title).toBe("nothing changes but protection (1)");
});

test("what a document holds that is secret as a whole is in the digest, and nowhere else", () => {
  const step = inSystem(COMMAND, "realm", { op: "update", inputs: { stdin: "[secret]" }, before: { stdin: "[secret]" } });
  const of = (uri: string): PlanReport => {
    const inputs = { stdin: secret(`{"redirectUris":["${uri}"]}`) };
    return reported([step], { judged: [{ urn: step.urn, type: step.type, custom: true, dependencies: [], inputs, outputs: inputs }] });
  };
  const [one, same, other] = ["https://a.example.com", "https://a.example.com", "https://b.example.net"].map(of);
  expect(one).toEqual(same);
  expect(JSON.stringify([one, other])).not.toContain("example.net");
  expect(other?.stacks[0]?.digest).not.toBe(one?.stacks[0]?.digest);
});

test("the digest that production is started with is in every form, in the part of a comment that is always whole", () => {
  const digest = plan.stacks[0]?.digest ?? "";
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(summaryMarkdown(plan).split("\n").at(-1)).toBe(`Digest: \`${digest}\``);
  expect(reportText(plan).trimEnd().split("\n").at(-1)).toBe(`Digest: ${digest}`);
  expect(reportHtml(plan)).toContain(`Digest <code>${digest}</code>`);
});

test("a change of outputs alone is not called none", () => {
  const outputs = reported([mongo("same")], { outputs: { url: "https://a.example.com" }, outputsBefore: { url: "https://b.example.com" } });
  const digest = outputs.stacks[0]?.digest ?? "";
  expect(reportText(outputs)).toBe(
    "Plan of stack prod against origin/main (0123456789ab): nothing changes but outputs (1), of 2 resources\n\n" +
      `Outputs:\n  ~ url: https://b.example.com -> https://a.example.com\n\nDigest: ${digest}\n`,
  );
  expect(summaryMarkdown(outputs)).toContain(`nothing changes but outputs (1)\n\nDigest: \`${digest}\``);
});

test("secrets of the configuration are told by name", () => {
  const told = configuredSecrets(
    "prod",
    { "flowfleet:flowra.a": "1", "flowfleet:flowra.b": "1" },
    { "flowfleet:flowra.b": "2", "flowfleet:git.c": "1" },
  );
  expect(told.map(({ change, system, what }) => [change, system, what])).toEqual([
    ["removed", "flowra", "secret flowfleet:flowra.a is taken away"],
    ["changed", "flowra", "secret flowfleet:flowra.b is encrypted anew, as for another value"],
    ["added", "git", "secret flowfleet:git.c is set"],
  ]);
});

test("another ciphertext is another digest, as the value may be another one", () => {
  const digestOf = (ciphertext: string): string => {
    const file = (secure: string): string => `config:\n  flowfleet:git:\n    token:\n      secure: ${secure}\n`;
    const secrets = configuredSecrets("prod", secretMarks(file("v1:AAAA")), secretMarks(file(ciphertext)));
    return stackReport(madePlan([release]), { ...BESIDE, configuredSecrets: secrets }).digest;
  };
  expect(digestOf("v1:BBBB")).toBe(digestOf("v1:BBBB"));
  expect(digestOf("v1:BBBB")).not.toBe(digestOf("v1:CCCC"));
});

test("what the engine warns of is noted, such as what may be replaced", () => {
  const message = "may replace: whether a change of pool replaces it is not known here\n";
  const { stacks } = reported([mongo("replace")], {
    diagnostics: [
      { severity: "warning", urn: mongo("replace").urn, message },
      { severity: "info", message: "not this" },
    ],
  });
  expect(stacks[0]?.notes).toEqual([`warning: Container mongodb-container: ${message.trim()}`]);
});
