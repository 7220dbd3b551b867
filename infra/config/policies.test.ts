import { join } from "node:path";
import { inspect, readStack, stackNames } from "./stacks";

const ROOT = join(__dirname, "../..");
/** What is wrong with `flowfleet:policies` of a stack, without the file's name. */
const problemsOf = (policies: string): string[] =>
  inspect("demo", `config:\n  flowfleet:policies:\n${policies}`, () => undefined).problems.map((line) =>
    line.replace("Pulumi.demo.yaml flowfleet:policies", ""),
  );
const EXCEPTION = `{rule: database-port, resource: "shop-*", reason: It is the guide's, until: "2027-02-28"}`;

it("takes levels and exceptions, each alone and both", () => {
  expect(problemsOf(`    exceptions: [${EXCEPTION}]`)).toEqual([]);
  expect(problemsOf(`    levels: {database-port: advisory}`)).toEqual([]);
  const { config } = inspect(
    "demo",
    `config:\n  flowfleet:policies:\n    levels: {database-port: disabled}\n    exceptions: [${EXCEPTION}]`,
    () => undefined,
  );
  expect(config?.policies).toEqual({
    levels: { "database-port": "disabled" },
    exceptions: [{ rule: "database-port", resource: "shop-*", reason: "It is the guide's", until: "2027-02-28" }],
  });
});

it("names everything that is wrong at once, and the rule that was probably meant", () => {
  expect(
    problemsOf(`    levels: {databse-port: advisory, database-tls: loud}
    exceptions:
      - {rule: database-prot, resource: a b, reason: "", until: 2027-02-30}
      - {rule: hope, until: tomorrow, reson: x}`),
  ).toEqual([
    '.levels.databse-port: is no rule; did you mean "database-port"?',
    '.levels.database-tls: is none of the values allowed; got "loud"; allowed: advisory, mandatory, disabled',
    '.exceptions[0].rule: is no rule; got "database-prot"; did you mean "database-port"?',
    '.exceptions[0].resource: must be the name of a resource, as plans have it; a star stands for any letters; got "a b"',
    '.exceptions[0].reason: must not be empty; got ""',
    '.exceptions[0].until: must be a day; got "2027-02-30"; allowed: such as "2027-06-30"',
    '.exceptions[1].rule: is no rule; got "hope"; docs/policies.md has them all',
    ".exceptions[1].resource: is missing; must be the name of a resource, as plans have it; a star stands for any letters",
    ".exceptions[1].reason: is missing",
    '.exceptions[1].until: must be a day; got "tomorrow"; allowed: such as "2027-06-30"',
    '.exceptions[1].reson: is not known; allowed: rule, resource, reason, until; did you mean "reason"?',
  ]);
  expect(problemsOf("    levels: [database-port]")).toEqual(['.levels: must be a group of settings; got "a list"']);
});

describe("an exception has an end and a resource", () => {
  beforeEach(() => jest.useFakeTimers({ now: new Date("2026-11-22T12:00:00Z"), doNotFake: ["nextTick"] }));
  afterEach(() => jest.useRealTimers());
  const excusing = (resource: string, until: string) =>
    problemsOf(`    exceptions: [{rule: database-port, resource: "${resource}", reason: It is the guide's, until: "${until}"}]`);

  it("within two years", () => {
    expect(excusing("shop-*", "2028-11-22")).toEqual([]);
    expect(excusing("shop-*", "2028-11-23")).toEqual([
      '.exceptions[0].until: must be within 2 years; got "2028-11-23"; allowed: up to 2028-11-22',
    ]);
  });

  it("that is not every one", () => {
    for (const resource of ["*", "**", "*-*", "a*"])
      expect(excusing(resource, "2027-02-28")).toEqual([
        `.exceptions[0].resource: must name what it excuses, by three letters or more beside the stars; got "${resource}"; to be told of a rule only, set its level to advisory`,
      ]);
    for (const resource of ["db", "vpc*", "*-network-access"]) expect(excusing(resource, "2027-02-28")).toEqual([]);
  });
});

it("a day without quotes is the same day, as Pulumi hands it over", () => {
  const until = (day: string) =>
    inspect("demo", `config:\n  flowfleet:policies:\n    exceptions: [${EXCEPTION.replace('"2027-02-28"', day)}]`, () => undefined).config
      ?.policies?.exceptions[0]?.until;
  for (const written of ["2027-02-28", '"2027-02-28 00:00:00 +0000 UTC"', '"2027-02-28T00:00:00Z"'])
    expect(until(written)).toBe("2027-02-28");
});

it("every exception of a committed stack has a reason of some length", () => {
  for (const { config } of stackNames(ROOT).map((name) => readStack(ROOT, name)))
    for (const { reason } of config?.policies?.exceptions ?? []) expect(reason.length).toBeGreaterThan(20);
});
