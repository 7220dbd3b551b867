import { NO_SETTINGS, type PolicySettings } from "../../infra/policy/settings";
import { type ResourceView, secret, UNKNOWN } from "../../rehearsal/engine";
import type { Plan } from "../../rehearsal/plan";
import { judgedResource } from "./judged-resource";
import { judged } from "./violations";

const DAY = "2026-11-21";
const view = (type: string, inputs: ResourceView["inputs"], name = "shop"): ResourceView => ({
  urn: `urn:pulumi:prod::flowfleet::flowfleet:flowstack:FlowStackOnAws$${type}::${name}`,
  type,
  custom: true,
  dependencies: [],
  inputs,
  outputs: {},
});
const server = view("aws:rds/parameterGroup:ParameterGroup", { family: "postgres15", parameters: [] });
const cluster = view("aws:efs/accessPoint:AccessPoint", { rootDirectory: { path: "/shop" } }, "files");
const plan = (...views: ResourceView[]): Pick<Plan, "stack" | "judged" | "resources"> => ({ stack: "prod", judged: views, resources: [] });

it("a planned resource is handed to the rules with what is secret or not known yet marked", () => {
  const { props } = judgedResource(view("a:b:C", { a: secret("x"), b: UNKNOWN, c: [{ d: `${UNKNOWN}-1` }], e: 1, __defaults: [] }));
  expect(Object.keys(props)).toEqual(["a", "b", "c", "e"]);
  expect(props["a"]).toEqual({ value: "x" });
  expect([typeof props["b"], typeof (props["c"] as { d: unknown }[])[0]?.d]).toEqual(["symbol", "symbol"]);
});

it("says what is broken, by which system, and what stops a deployment first", () => {
  const excused: PolicySettings = { levels: { "share-access-points": "advisory" }, exceptions: [] };
  const { violations, unused } = judged(plan(cluster, server), excused, DAY);
  expect(violations).toEqual([
    {
      rule: "database-tls",
      level: "mandatory",
      urn: server.urn,
      system: "flowstack",
      message: "parameters must have rds.force_ssl with 1",
    },
    { rule: "names-and-tags", level: "mandatory", urn: cluster.urn, system: "flowstack", message: expect.any(String) as string },
    { rule: "names-and-tags", level: "mandatory", urn: server.urn, system: "flowstack", message: expect.any(String) as string },
    {
      rule: "lowered-levels",
      level: "advisory",
      system: "stack",
      message: "share-access-points is advisory here; by itself it is mandatory",
    },
    { rule: "share-access-points", level: "advisory", urn: cluster.urn, system: "flowstack", message: "posixUser is missing" },
  ]);
  expect(unused).toEqual([]);
});

it("an exception is shown with its reason and its day, and one that is over with the day on which it ended", () => {
  const exceptions = [
    { rule: "names-and-tags", resource: "shop", reason: "Made by hand", until: "2026-11-20" },
    { rule: "database-tls", resource: "s*p", reason: "An old client", until: "2026-12-31" },
    { rule: "database-tls", resource: "another", reason: "Gone", until: "2026-12-31" },
  ];
  const { violations, unused } = judged(plan(server), { levels: {}, exceptions }, DAY);
  expect(violations).toMatchObject([
    { rule: "names-and-tags", message: expect.stringContaining("(the exception for it ended on 2026-11-20)") as string },
    { rule: "database-tls", exception: { reason: "An old client", expires: "2026-12-31" } },
  ]);
  expect(unused).toEqual([
    { file: "Pulumi.prod.yaml", path: "flowfleet:policies.exceptions[2]", what: "another does not break database-tls: take it out" },
  ]);
});

it("no secret is in what is said, and no private address", () => {
  const text = JSON.stringify(
    judged(
      plan(
        view("any:thing:Thing", { clear: "correct-horse-battery", marked: secret("correct-horse-battery") }),
        view("command:remote:Command", {
          create: "/usr/local/lib/flowfleet/helper files apply",
          connection: secret({ host: "10.1.2.3", user: "root", password: "hunter2hunter2" }),
          stdin: "{}",
        }),
      ),
      NO_SETTINGS,
      DAY,
    ),
  );
  expect(text).toContain("clear holds in clear what is marked as a secret elsewhere");
  expect(text).toContain("connection.password must not be there");
  expect(text).not.toMatch(/correct-horse|hunter2|10\.1\.2\.3/);
});
