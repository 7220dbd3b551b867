import type { Props, Value } from "../../rehearsal/engine";
import { stackReport } from "./compose";
import type { StackReport } from "./report";
import { COMMAND, document, inSystem, madePlan, onMachine } from "./testing/made-plan";

const BESIDE = { isNew: false, environmentOf: () => "production", configuredSecrets: [], unused: [], violations: [], notes: [] };
const changed = (noun: string, before: object, inputs: object | "(not known yet)"): StackReport => {
  const now = inputs === "(not known yet)" ? { stdin: inputs } : document(inputs);
  return stackReport(madePlan([onMachine(noun, "step", { op: "update", before: document(before), inputs: now })]), BESIDE);
};
const [MARK, OTHER, THIRD] = ["8c1f09e4d2ab", "547016850980", "07d9da1e51fd"];

test.each<[noun: string, before: object, inputs: object]>([
  ["confirm", { name: "sshd", of: MARK }, { name: "sshd", of: OTHER }],
  ["predecessor", { of: MARK }, { of: OTHER }],
  ["postgres-local", { revision: MARK }, { revision: OTHER }],
  ["release", { secrets: { file: "/srv/.env", revision: MARK } }, { secrets: { file: "/srv/.env", revision: OTHER } }],
])("a mark of %s is folded, and another one is another digest", (noun, before, inputs) => {
  const found = changed(noun, before, inputs);
  expect([found.resources, found.folded.map(({ why }) => why)]).toEqual([[], [expect.stringMatching(/^only a mark follows /)]]);
  const third = JSON.parse(JSON.stringify(inputs).replace(OTHER, THIRD)) as object;
  expect(changed(noun, before, third).digest).not.toBe(found.digest);
  expect(changed(noun, before, inputs).digest).toBe(found.digest);
});

test.each<[what: string, noun: string, before: object, inputs: object]>([
  ["a size", "release", { environment: { MAX: "52428800" } }, { environment: { MAX: "1073741824" } }],
  ["a date", "release", { environment: { DAY: "20260101" } }, { environment: { DAY: "20270101" } }],
  ["an account", "release", { environment: { ACCOUNT: "123456789012" } }, { environment: { ACCOUNT: "210987654321" } }],
  ["a commit", "workspace", { commit: "a".repeat(40) }, { commit: "b".repeat(40) }],
  ["a checksum", "release", { release: { sha256: "a".repeat(64) } }, { release: { sha256: "b".repeat(64) } }],
  ["a mark's name elsewhere", "files", { of: MARK }, { of: OTHER }],
  ["a word in a mark's place", "confirm", { of: MARK }, { of: "nothing" }],
])("%s that somebody set is shown", (_, noun, before, inputs) => {
  const found = changed(noun, before, inputs);
  expect([found.folded, found.resources.length]).toEqual([[], 1]);
});

test("a document that only an update will know is shown", () => {
  const found = changed("firewall", { allow: [] }, "(not known yet)");
  expect([found.folded, found.resources.map(({ properties }) => properties.map(({ path }) => path))]).toEqual([[], [["stdin"]]]);
});

test("a policy or a group that only an update will know is one line, and shown", () => {
  const of = (before: Props, inputs: Props) =>
    stackReport(madePlan([inSystem("aws:iam/rolePolicy:RolePolicy", "r", { op: "update", before, inputs })]), BESIDE).resources.map(
      ({ properties, files }) => [properties.map(({ path, before: was, after }) => `${path}: ${String(was)} -> ${String(after)}`), files],
    );
  const later = "(not known yet)";
  expect(of({ policy: '{"Statement":[{"Effect":"Allow"}]}' }, { policy: later })).toEqual([
    [["policy: (a document) -> (not known yet)"], []],
  ]);
  expect(of({ tags: { a: "b", c: { d: "e" } }, tagsOf: "x" }, { tags: later, tagsOf: "y" })).toEqual([
    [["tags: (a document) -> (not known yet)", "tagsOf: x -> y"], []],
  ]);
});

const waiting = (before: Value | undefined, after: Value): StackReport => {
  const old: Props = before === undefined ? {} : { url: before };
  return stackReport(
    madePlan([inSystem("aws:ssm/parameter:Parameter", "p", { op: "update", before: old, inputs: { url: after } })]),
    BESIDE,
  );
};

test("a value that may turn out as it was is folded, one of which more differs is shown", () => {
  expect(waiting("https://a.example.com/x", "https://(not known yet)/x").folded).toHaveLength(1);
  expect(waiting({ a: "b", c: "d" }, { a: "(not known yet)", c: "d" }).folded).toHaveLength(1);
  expect(waiting("https://a.example.com/x", "https://(not known yet)/y").resources).toHaveLength(1);
  expect(waiting(undefined, "(not known yet)").resources).toHaveLength(1);
  expect(waiting("a", "(not known yet)").digest).not.toBe(waiting("b", "(not known yet)").digest);
});

test("what names a thing that goes is shown: it cannot turn out as it was", () => {
  const named = (op: "delete" | "replace" | "same", before: Value) => {
    const subnet = inSystem("aws:ec2/subnet:Subnet", "private-b", { op, id: "subnet-0b" });
    const service = inSystem("aws:ecs/service:Service", "app", { op: "update", before: { of: before }, inputs: { of: "(not known yet)" } });
    return stackReport(madePlan([subnet, service]), BESIDE).folded.map(({ name }) => name);
  };
  const subnets = ["subnet-0a", "subnet-0b"];
  expect(named("delete", subnets)).toEqual([]);
  expect(named("replace", subnets)).toEqual([]);
  expect(named("same", subnets)).toEqual(["app"]);
  expect(named("delete", "arn:aws:ec2:eu-central-1:123456789012:subnet/subnet-0b")).toEqual([]);
  expect(named("delete", ["subnet-0a", "subnet-0bc"])).toEqual(["app"]);
});

test("lists in another order are folded, and each order is another digest", () => {
  const orders = [
    ["b", "a"],
    ["c", "a", "b"],
  ].map((install) => changed("packages", { install: [...install].sort() }, { install }));
  expect(orders.map(({ folded }) => folded.length)).toEqual([1, 1]);
  const [first, second] = [
    ["b", "c", "a"],
    ["c", "a", "b"],
  ].map((install) => changed("packages", { install: ["a", "b", "c"] }, { install }));
  expect(first?.folded).toHaveLength(1);
  expect(first?.digest).not.toBe(second?.digest);
});

test("what a mark follows is what it waits for, though it be behind another step, and a neighbour is beside it", () => {
  const type = "random:index/randomPassword:RandomPassword";
  const neighbour = inSystem(type, "neighbour", { op: "update", before: { length: 1 }, inputs: { length: 2 } });
  const cause = inSystem(type, "cause", { op: "update", before: { length: 1 }, inputs: { length: 2 } });
  const between = inSystem(type, "between", { op: "same", dependencies: [cause.urn] });
  const mark = inSystem(COMMAND, "mark", {
    op: "update",
    before: { create: "sudo -n /usr/local/lib/flowfleet/helper confirm apply", ...document({ of: MARK }) },
    inputs: { create: "sudo -n /usr/local/lib/flowfleet/helper confirm apply", ...document({ of: OTHER }) },
    dependencies: [between.urn],
  });
  const { folded } = stackReport(madePlan([neighbour, cause, between, mark]), BESIDE);
  expect(folded.map(({ name, follows }) => [name, follows])).toEqual([["mark", cause.urn]]);
  const alone = stackReport(madePlan([neighbour, { ...mark, dependencies: [] }]), BESIDE).folded;
  expect(alone.map(({ follows }) => follows)).toEqual([neighbour.urn]);
});
