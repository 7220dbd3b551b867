import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathText } from "../config/problems";
import type { Raw } from "../config/raw";
import { isGroup } from "../config/raw";
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
  [
    "another version of the contract",
    { ...BEFORE, contract: 2 },
    ["contract was 1 and is 2: whoever reads by the types of the one refuses the other"],
  ],
  ["elements of another type", { ...BEFORE, flowra: { ...BEFORE.flowra, aliases: ["a", 7] } }, ["flowra.aliases[] was text and is number"]],
])("tells %s", (_, after, expected) => {
  expect(lines({ ...BEFORE, contract: 1 }, { contract: 1, ...after })).toEqual(expected);
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

/** Every output of the golden plans' systems, on machines and on AWS, by its path. */
const paths = (value: unknown, path: readonly string[] = []): string[][] =>
  isGroup(value) ? Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...paths(inner, [...path, key])]) : [];
const changed = (value: unknown, [key = "", ...rest]: readonly string[], change: (holder: Raw, key: string) => void): unknown => {
  const copy = { ...(value as Raw) };
  if (rest.length > 0) copy[key] = changed(copy[key], rest, change);
  else change(copy, key);
  return copy;
};

it.each(["prod", "dev", "shared-with-state", "prod-flowmaster-on-aws", "prod-flowra-on-aws"])(
  "sees each output of %s that is gone or of another type, and nothing else",
  (plan) => {
    const { outputs } = JSON.parse(readFileSync(join(__dirname, `../golden/${plan}.json`), "utf8")) as { outputs: Raw };
    const all = paths(outputs);
    expect(all.length).toBeGreaterThan(5);
    for (const path of all) {
      const removed = changed(outputs, path, (holder, key) => Reflect.deleteProperty(holder, key)) as Raw;
      expect(breakingChanges(outputs, removed)).toEqual([expect.objectContaining({ path: pathText(path), what: "removed" })]);
      expect(breakingChanges(removed, outputs)).toEqual([]);
      const retyped = changed(outputs, path, (holder, key) => (holder[key] = typeof holder[key] === "boolean" ? 1 : true)) as Raw;
      expect(breakingChanges(outputs, retyped)).toMatchObject([{ path: pathText(path), what: "retyped" }]);
    }
  },
);
