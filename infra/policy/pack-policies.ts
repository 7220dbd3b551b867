import type { Policies, PolicyResource, ReportViolation, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import { type Circumstances, lowered, rulesIn, type Violation, violationsOf } from "./judge";
import { asKnown } from "./known-types";
import { fromPack, secretsMarked } from "./pack-values";
import type { Resource } from "./resource";
import { secretsOf } from "./rules/secrets";

/**
 * One policy for each rule. Those that look at one resource stop it before it is made; those that need the whole stack are asked at the
 * end of a preview or an update. Two more tell what the stack's configuration excuses, and which levels it lowers.
 */
export function policiesOf(circumstances: Circumstances): Policies {
  const marked = new Map<string, Resource["props"]>();
  const secrets = new Set<string>();
  const rules = rulesIn(circumstances);
  // Nothing else can be excused, and every rule that is asked once more is asked of every resource.
  const excusing = rules.filter(({ name }) => circumstances.settings.exceptions.some(({ rule }) => rule === name));

  const inOne = (asked: typeof rules, { urn, type, name, props, opts }: ResourceValidationArgs): Violation[] => {
    const of = asKnown({ urn, type, name, protect: opts.protect, props: marked.get(urn) ?? fromPack(props) });
    return asked.flatMap((one) => violationsOf(one, of, { resources: [of], secrets }, circumstances));
  };
  const inStack = (asked: typeof rules, all: readonly PolicyResource[]): Violation[] => {
    const resources = all.map(({ urn, type, name, opts, props }) =>
      asKnown({ urn, type, name, protect: opts.protect, props: fromPack(props) }),
    );
    return asked.flatMap((one) => resources.flatMap((of) => violationsOf(one, of, { resources, secrets }, circumstances)));
  };

  return [
    {
      // Validations are handed secrets without their marks; only remediations see them. This one changes nothing.
      name: "secrets-seen",
      description: "Notes which inputs are marked as secrets, for the rules that ask about it",
      enforcementLevel: "remediate",
      remediateResource: ({ urn, props, type, name, opts }) => {
        const noted = secretsMarked(props);
        marked.set(urn, noted);
        for (const secret of secretsOf([{ urn, type, name, protect: opts.protect, props: noted }])) secrets.add(secret);
      },
    },
    ...rules.map((one) => {
      const about = { name: one.name, description: `${one.rule.asks}.`, enforcementLevel: one.level };
      return one.rule.whole
        ? {
            ...about,
            validateStack: ({ resources }: StackValidationArgs, report: ReportViolation) => {
              tell(inStack([one], resources), report);
            },
          }
        : {
            ...about,
            validateResource: (args: ResourceValidationArgs, report: ReportViolation) => {
              tell(inOne([one], args), report);
            },
          };
    }),
    {
      name: "exceptions",
      description: "The stack's configuration excuses this (flowfleet:policies.exceptions).",
      enforcementLevel: "advisory",
      validateResource: (args, report) => {
        tellExcused(
          inOne(
            excusing.filter(({ rule }) => !rule.whole),
            args,
          ),
          report,
        );
      },
      validateStack: ({ resources }: StackValidationArgs, report: ReportViolation) => {
        tellExcused(
          inStack(
            excusing.filter(({ rule }) => rule.whole),
            resources,
          ),
          report,
        );
      },
    },
    {
      name: "lowered-levels",
      description: "The stack's configuration asks less than the rule does (flowfleet:policies.levels).",
      enforcementLevel: "advisory",
      validateStack: (_, report) => {
        for (const line of lowered(circumstances)) report(line);
      },
    },
  ];
}

function tell(violations: readonly Violation[], report: ReportViolation): void {
  for (const { wrong, urn, exception, expired } of violations)
    if (!exception) report(expired === undefined ? wrong : `${wrong} (the exception for it ended on ${expired})`, urn);
}

function tellExcused(violations: readonly Violation[], report: ReportViolation): void {
  for (const { rule, wrong, urn, exception } of violations)
    if (exception) report(`${rule}: ${wrong} (excused until ${exception.until}: ${exception.reason})`, urn);
}
