import { readFileSync } from "node:fs";
import { join } from "node:path";
import { breakingChanges, breakingLine } from "./breaking";

const lines = (before: Record<string, unknown>, after: Record<string, unknown>) => breakingChanges(before, after).map(breakingLine);
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const BEFORE = {
  hosts: { main: { address: "203.0.113.10", port: 22 }, spare: { address: "203.0.113.11", port: 22 } },
  flowmaster: { url: "https://app.example.com", release: { backend: "a@sha256:1", "front-end": "b@sha256:2" } },
  flowra: {
    metrics: [{ targets: ["127.0.0.1:8080"], labels: { job: "api" } }],
    logs: [{ file: "/a" }, { unit: "b" }],
    aliases: ["a", "b"],
  },
};

it("tells nothing where readers get what they had: other values, new outputs, longer and shorter lists", () => {
  const after = {
    ...BEFORE,
    contract: 1,
    hosts: { ...BEFORE.hosts, more: {} },
    flowmaster: { url: UNKNOWN, release: { backend: "a@sha256:9", "front-end": UNKNOWN } },
    flowra: { metrics: [], logs: [{ container: "x" }, ...BEFORE.flowra.logs], aliases: ["c"] },
  };
  expect(lines(BEFORE, after)).toEqual([]);
  expect(lines(after, after)).toEqual([]);
  expect(lines({}, BEFORE)).toEqual([]);
});

it.each<[string, Record<string, unknown>, string[]]>([
  ["a system", { hosts: BEFORE.hosts, flowra: BEFORE.flowra }, ["flowmaster is gone (it was group)"]],
  ["a machine", { ...BEFORE, hosts: { main: BEFORE.hosts.main } }, ["hosts.spare is gone (it was group)"]],
  [
    "what holds no value any longer",
    { ...BEFORE, flowmaster: { url: undefined, release: BEFORE.flowmaster.release } },
    ["flowmaster.url is gone (it was text)"],
  ],
  [
    "a service, and a type",
    { ...BEFORE, flowmaster: { url: ["https://app.example.com"], release: { backend: "a@sha256:1" } } },
    ["flowmaster.release.front-end is gone (it was text)", "flowmaster.url was text and is list"],
  ],
  [
    "number and text",
    { ...BEFORE, hosts: { ...BEFORE.hosts, main: { address: "a", port: "22" } } },
    ["hosts.main.port was number and is text"],
  ],
  ["what is null now", { ...BEFORE, flowmaster: null }, ["flowmaster was group and is nothing"]],
  [
    "what every element had, once however many lack it",
    { ...BEFORE, flowra: { ...BEFORE.flowra, metrics: [{ targets: "x", labels: { job: true } }, { targets: "y" }] } },
    [
      "flowra.metrics[].labels.job was text and is true or false",
      "flowra.metrics[].targets was list and is text",
      "flowra.metrics[].labels is gone (it was group)",
    ],
  ],
  ["elements of another type", { ...BEFORE, flowra: { ...BEFORE.flowra, aliases: ["a", 7] } }, ["flowra.aliases[] was text and is number"]],
])("tells %s", (_, after, expected) => {
  expect(lines(BEFORE, after)).toEqual(expected);
});

it("reads golden plans: FlowStack on AWS has no machine", () => {
  const outputsOf = (stack: string) =>
    (JSON.parse(readFileSync(join(__dirname, `../golden/${stack}.json`), "utf8")) as { outputs: Record<string, unknown> }).outputs;
  const [onHost, onAws] = [outputsOf("dev")["flowstack"], outputsOf("prod")["flowstack"]];
  expect(lines({ flowstack: onHost }, { flowstack: onAws })).toEqual([
    "flowstack.deployPath is gone (it was text)",
    "flowstack.host is gone (it was text)",
  ]);
});
