import { type Resource, UNKNOWN } from "./resource";
import type { Rule } from "./rule";
import { RULES } from "./rules";
import { secretsOf } from "./rules/secrets";
import type { Case } from "./testing/case";
import { networkCases, recordCases, rightsCases } from "./testing/cases/account";
import { containerCases } from "./testing/cases/containers";
import { balancerCases, taskCases } from "./testing/cases/fargate";
import { dataCases, hostCases, nameCases, secretCases } from "./testing/cases/machines";
import { bucketCases, databaseCases, drillCases, shareCases } from "./testing/cases/storage";

const CASES: Readonly<Record<string, { breaks: [Case | Resource, string][]; keeps: (Case | Resource)[] }>> = {
  ...secretCases,
  ...containerCases,
  ...hostCases,
  ...dataCases,
  ...drillCases,
  ...nameCases,
  ...taskCases,
  ...balancerCases,
  ...databaseCases,
  ...shareCases,
  ...bucketCases,
  ...rightsCases,
  ...networkCases,
  ...recordCases,
};

function said(rule: Rule, of: Case | Resource): readonly string[] {
  const { resource, beside = [] }: Case = "resource" in of ? of : { resource: of };
  expect(rule.on ?? [resource.type]).toContain(resource.type);
  // A rule that is not `whole` is handed its own resource alone by Pulumi; secrets come from all that was seen.
  const resources = rule.whole ? [resource, ...beside] : [resource];
  return rule.check(resource, { resources, secrets: secretsOf([resource, ...beside]) });
}

it("each rule has something that breaks it and something that keeps to it", () => {
  expect(Object.keys(CASES).sort()).toEqual(Object.keys(RULES).sort());
  for (const { breaks, keeps } of Object.values(CASES)) expect([breaks.length, keeps.length]).not.toContain(0);
});

describe.each(Object.entries(RULES))("%s", (name, rule) => {
  const { breaks = [], keeps = [] } = CASES[name] ?? {};
  it.each(breaks.map(([of, words]) => [words, of] as const))("is broken: %s", (words, of) => {
    expect(said(rule, of).join("\n")).toContain(words);
  });
  it("is kept to", () => {
    for (const of of keeps) expect(said(rule, of)).toEqual([]);
  });
});

it.each(Object.entries(RULES))("%s holds nothing against a resource that only an update will know", (name, rule) => {
  for (const of of CASES[name]?.keeps ?? []) {
    const { resource, beside = [] }: Case = "resource" in of ? of : { resource: of };
    for (const key of Object.keys(resource.props)) {
      const later = { ...resource, props: { ...resource.props, [key]: UNKNOWN } };
      expect([key, said(rule, { resource: later, beside })]).toEqual([key, []]);
    }
  }
});
