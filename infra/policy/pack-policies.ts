import type { Policies, PolicyResource, ReportViolation, ResourceValidationArgs } from "@pulumi/policy";
import { type Circumstances, rulesIn, type Violation, violationsOf } from "./judge";
import { fromPack, secretsMarked } from "./pack-values";
import type { Resource } from "./resource";
import { secretsOf } from "./rules/secrets";

/**
 * One policy for each rule. Those that look at one resource stop it before it is made; those that need the whole stack are asked at the
 * end of a preview or an update.
 */
export function policiesOf(circumstances: Circumstances): Policies {
  const marked = new Map<string, Resource["props"]>();
  const secrets = new Set<string>();
  const resource = ({ urn, type, name, props, opts }: ResourceValidationArgs | PolicyResource): Resource => ({
    urn,
    type,
    name,
    protect: opts.protect,
    props: marked.get(urn) ?? fromPack(props),
  });
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
    ...rulesIn(circumstances).map((one) => {
      const { name, rule, level } = one;
      const about = { name, description: `${rule.asks}.`, enforcementLevel: level };
      const tell = (violations: readonly Violation[], report: ReportViolation): void => {
        for (const { wrong, urn, exception, expired } of violations)
          if (!exception) report(expired === undefined ? wrong : `${wrong} (the exception for it ended on ${expired})`, urn);
      };
      if (rule.whole)
        return {
          ...about,
          validateStack: ({ resources: all }: { resources: PolicyResource[] }, report: ReportViolation) => {
            const resources = all.map(({ urn, type, name: of, opts, props }) => ({
              urn,
              type,
              name: of,
              protect: opts.protect,
              props: fromPack(props),
            }));
            for (const of of resources) tell(violationsOf(one, of, { resources, secrets }, circumstances), report);
          },
        };
      return {
        ...about,
        validateResource: (args: ResourceValidationArgs, report: ReportViolation) => {
          const of = resource(args);
          tell(violationsOf(one, of, { resources: [of], secrets }, circumstances), report);
        },
      };
    }),
  ];
}
