import type { Statement } from "../components/aws/policy";
import { stackStatements } from "../components/aws/stack-rights";
import { boundaryStatements } from "../components/aws/stack-rights-boundary";
import { allows } from "../components/aws/testing/iam";
import { parametersOf } from "../stacks/flowstack/guide";
import { placeOf } from "../stacks/flowstack/place";
import { callsOf } from "./testing/aws-calls";
import { plannedAws, realArn } from "./testing/planned-aws";

const plan = plannedAws("prod");
const place = placeOf("production", { account: "123456789012", region: "eu-central-1", boundary: true });
const list = (text: string | readonly string[] | undefined): string[] => (text === undefined ? [] : [text].flat());

const rights = Object.values(stackStatements(place, { hostedZones: ["Z0123456789ABCDEFGHIJ"] })).flat();

it.each(plan.map((thing) => [`${thing.type} ${thing.name}`, thing] as const))(
  "the pipeline of an environment makes, changes and deletes what production's plan has: %s",
  (_, thing) => {
    const calls = callsOf(place, thing);
    expect(calls).not.toEqual([]);
    expect(calls.filter((ask) => !allows(rights, ask))).toEqual([]);
  },
);

it("the pipeline of another environment does so with nothing of it that has a name or stands", () => {
  const others = Object.values(stackStatements(placeOf("development", { account: place.account, region: place.region }))).flat();
  const looks = /:(?:Describe|List)\w*$|^ecs:DeregisterTaskDefinition$|^application-autoscaling:\w+Scal\w+$/;
  // What AWS makes for all environments, by AWS's own names, or without any sign of whose it is.
  const common = /:og:default:|:role\/aws-service-role\/|:network-interface\/of-efs$|:network-acl\/default$/;
  const asked = plan
    .flatMap((thing) => callsOf(place, thing))
    .filter(({ action, resource }) => !looks.test(action) && !common.test(resource) && action !== "route53:AssociateVPCWithHostedZone");
  expect(asked.filter((ask) => allows(others, ask))).toEqual([]);
});

/** What AWS would know of a thing, beside what a statement asks for itself. */
const known = (statement: Statement) => ({
  ...Object.fromEntries(Object.entries(place.tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
  ...(statement.Condition?.["StringEquals"] as Record<string, string> | undefined),
});

it("no role of production's plan asks for more than its boundary lets it: action by action, thing by thing", () => {
  const within = boundaryStatements(place, { folder: parametersOf("production") });
  const policies = plan.filter(({ type, name }) => type === "iam/rolePolicy" && name.startsWith("flowstack-"));
  expect(policies.length).toBeGreaterThan(2);
  const asked = policies.flatMap(({ inputs }) => {
    const { Statement: statements } = JSON.parse(String(inputs["policy"])) as { Statement: Statement[] };
    return statements.flatMap((statement) =>
      list(statement.Action).flatMap((action) =>
        list(statement.Resource).map((arn) => ({ action, resource: realArn(place, plan, arn), context: known(statement) })),
      ),
    );
  });
  expect(asked.filter((ask) => !allows(within, ask))).toEqual([]);
});
