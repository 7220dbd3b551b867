import type { Statement } from "../components/aws/policy";
import { stackStatements } from "../components/aws/stack-rights";
import { boundaryStatements } from "../components/aws/stack-rights-boundary";
import { allows } from "../components/aws/testing/iam";
import { parametersOf } from "../stacks/flowstack/guide";
import { placeOf } from "../stacks/flowstack/place";
import { onAws, runOnAws } from "../stacks/flowstack/testing/program";
import { callsOf } from "./testing/aws-calls";
import type { Planned } from "./testing/planned-aws";
import { plannedAws, realArn, recordedAws } from "./testing/planned-aws";

const plan = plannedAws("prod");
/** What production could have beside, or instead of, what it has. */
const CHOICES = `      network: {zones: [eu-central-1a, eu-central-1b, eu-central-1c], nat: none}
      entrance: {zone: Z0123456789ABCDEFGHIJ}
      boundary: true
      mirror: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/leadevs/fastflow
      alarms: {emails: [ops@example.com]}
`;
const planWithChoices = async (): Promise<Planned[]> => recordedAws(await runOnAws(onAws("", CHOICES)));
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

it("the pipeline of an environment does so with what a plan has that mails alarms and has endpoints in the place of NAT", async () => {
  const chosen = await planWithChoices();
  expect(chosen.map(({ type }) => type)).toEqual(expect.arrayContaining(["sns/topicSubscription", "ec2/vpcEndpoint"]));
  const calls = chosen.flatMap((thing) => callsOf(place, thing));
  expect(calls.filter((ask) => !allows(rights, ask))).toEqual([]);
});

it("the pipeline of another environment does so with nothing of it that has a name or stands", async () => {
  const others = Object.values(stackStatements(placeOf("development", { account: place.account, region: place.region }))).flat();
  const looks = /:(?:Describe|List)\w*$|^ecs:DeregisterTaskDefinition$|^sns:Unsubscribe$|^application-autoscaling:\w+Scal\w+$/;
  // What AWS makes for all environments, by AWS's own names, or without any sign of whose it is.
  const common = /:og:default:|:role\/aws-service-role\/|:network-interface\/of-efs$|:network-acl\/default$/;
  const asked = [...plan, ...(await planWithChoices())]
    .flatMap((thing) => callsOf(place, thing))
    .filter(({ action, resource }) => !looks.test(action) && !common.test(resource) && action !== "route53:AssociateVPCWithHostedZone");
  expect(asked.filter((ask) => allows(others, ask))).toEqual([]);
});

/** What AWS would know of a thing, beside what a statement asks for itself. */
const known = (statement: Statement) => ({
  ...Object.fromEntries(Object.entries(place.tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
  ...(statement.Condition?.["StringEquals"] as Record<string, string> | undefined),
});

it.each([
  ["production's plan", () => plan],
  ["a plan with other choices", planWithChoices],
])("no role of %s asks for more than its boundary lets it: action by action, thing by thing", async (_, planned) => {
  const within = boundaryStatements(place, { folder: parametersOf("production") });
  const things = await planned();
  const policies = things.filter(({ type, name }) => type === "iam/rolePolicy" && name.startsWith("flowstack-"));
  expect(policies.length).toBeGreaterThan(2);
  const asked = policies.flatMap(({ inputs }) => {
    const { Statement: statements } = JSON.parse(String(inputs["policy"])) as { Statement: Statement[] };
    return statements.flatMap((statement) =>
      list(statement.Action).flatMap((action) =>
        list(statement.Resource).map((arn) => ({ action, resource: realArn(place, things, arn), context: known(statement) })),
      ),
    );
  });
  expect(asked.filter((ask) => !allows(within, ask))).toEqual([]);
});
