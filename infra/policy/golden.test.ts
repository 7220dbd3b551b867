import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "../config/stacks";
import { blocking, judge, type Judgement } from "./judge";
import { nameOf, type Resource, Sealed } from "./resource";
import { NO_SETTINGS } from "./settings";

const ROOT = join(__dirname, "../..");
const GOLDEN = join(ROOT, "infra/golden");
/** When the exceptions were last looked at; some day they end, and this test must not. */
const TODAY = "2026-11-21";
const PLANS = readdirSync(GOLDEN).flatMap((file) => /^(.*)\.json$/.exec(file)?.[1] ?? []);
/** `prod-flowra-systemd` is a plan of `prod` with something set otherwise. */
const stackOf = (plan: string): string => plan.split("-")[0] ?? plan;

interface Golden {
  resources: Record<string, { protect?: boolean; inputs?: Record<string, unknown> }>;
}

const sealed = (value: unknown): unknown => {
  if (value === "[secret]") return new Sealed("");
  if (Array.isArray(value)) return value.map(sealed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sealed(inner)]));
};

/** A golden plan has documents for machines as JSON, and "[secret]" for secrets. */
function resourcesOf(plan: string): Resource[] {
  const { resources } = JSON.parse(readFileSync(join(GOLDEN, `${plan}.json`), "utf8")) as Golden;
  return Object.entries(resources).map(([path, { protect = false, inputs = {} }]) => {
    const urn = `urn:pulumi:${stackOf(plan)}::flowfleet::${path}`;
    const { stdin, ...others } = inputs;
    const document = stdin === "[secret]" ? new Sealed("") : JSON.stringify(stdin);
    const type = path.split("::")[0]?.split("$").at(-1) ?? "";
    return {
      type,
      urn,
      name: nameOf(urn),
      protect,
      props: { ...(sealed(others) as object), ...(stdin !== undefined && { stdin: document }) },
    };
  });
}

function judged(plan: string): Judgement {
  const stack = stackOf(plan);
  const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
  const { config } = inspect(
    stack,
    read(`Pulumi.${stack}.yaml`),
    () => (stack === "shared" ? undefined : read(`infra/golden/releases/${stack}.yaml`)),
    () => undefined,
  );
  return judge(resourcesOf(plan), { environment: stack, today: TODAY, settings: config?.policies ?? NO_SETTINGS });
}

it.each(PLANS)("the golden plan of %s breaks no rule that must be kept to, but for what its configuration excuses", (plan) => {
  expect(resourcesOf(plan).length).toBeGreaterThan(10);
  expect(blocking(judged(plan)).map(({ rule, urn, wrong }) => `${rule} ${nameOf(urn)}: ${wrong}`)).toEqual([]);
});

it("what production excuses is what it breaks", () => {
  const { violations, unused } = judged("prod");
  expect(unused).toEqual([]);
  // Nothing on a machine can keep to it yet: it is told, and stops nobody when an exception ends.
  expect(violations.filter(({ exception }) => exception === undefined).map(({ rule, level }) => [rule, level])).toEqual([
    ["backup-drilled", "advisory"],
  ]);
  expect(new Set(violations.map(({ rule, urn }) => `${rule} ${nameOf(urn)}`))).toEqual(
    new Set([
      "database-port flowstack-database-server",
      "access-lists-closed flowstack-network-access",
      "backup-drilled coreflow-backup-timer-files",
      "data-drilled flowstack-database-server",
      "data-drilled flowstack-files-files",
      "container-read-only flowra-databases-keycloak-server-container",
      ...["mongodb", "redis", "keycloak-db"].map((of) => `data-backed-up flowra-databases-${of}-server-volume`),
      ...[
        "kafka-server-volume",
        "pgadmin-server-volume",
        "redis-server-volume",
        "zookeeper-server-volume",
        "zookeeper-server-volume-2",
      ].map((of) => `data-backed-up coreflow-infrastructure-${of}`),
    ]),
  );
});
