import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackReport } from "./compose";
import { reportMarkdown } from "./markdown";
import type { PlanReport } from "./report";
import { configuredSecrets } from "./security";
import { COMMAND, CONTAINER, document, inSystem, madePlan, onMachine, urn, VOLUME } from "./testing/made-plan";
import { reportText } from "./text";

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
      changedSecrets: ['stdin.files["/srv/.env"].text.KEY'],
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
  expect(reportText(reported([mongo("same")]))).toBe(
    "Plan of stack prod against origin/main (0123456789ab): nothing changes, of 2 resources\n",
  );
});

test("the same changes have the same digest, whatever they are compared with", () => {
  const [first, second, other] = [reported([release]), reported([release]), reported([site])].map(({ stacks }) => stacks[0]?.digest);
  expect(first).toBe(second);
  expect(other).not.toBe(first);
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
