import { interruption } from "../../components/kernel/interruption";
import { priceLine } from "../../components/aws/prices";
import { interruptionOf } from "../../components/data/interruption";
import { pm2Interruption } from "../../components/service/interruption";
import { costChanges } from "./cost";
import { differences } from "./differences";
import { failures } from "./failures";
import { fit } from "./markdown";
import { maskDeep, maskText } from "./mask";
import { outputChanges } from "./outputs";
import { securityChanges } from "./security";
import { readSentence } from "./switch-over";
import { inSystem, madePlan, onMachine } from "./testing/made-plan";
import { whose } from "./whose";
import { costText, propertyText } from "./words";

const SWITCH = { drain: 30, stopTimeout: 20, deadline: 160 };

test.each([
  [interruption({ ...SWITCH, overlap: "allowed", port: 80 }), "side by side", 0],
  [interruption({ ...SWITCH, overlap: "allowed" }), "side by side", 0],
  [interruption({ ...SWITCH, overlap: "never" }), "stop-first", 180],
  [pm2Interruption({ ...SWITCH, instances: 1, way: "port" }), "side by side", 0],
  [pm2Interruption({ ...SWITCH, instances: 1, way: "reload" }), "reload", 0],
  [pm2Interruption({ ...SWITCH, instances: 1, way: "stop", downFor: 20 }), "stop-first", 180],
  [
    interruptionOf({ service: "redis", health: { command: ["redis-cli", "ping"], interval: "10 seconds" } }),
    "stop-first",
    expect.any(Number) as number,
  ],
  ["not interrupted (down for 0 s): the new files take the place of the old in one step", "files", 0],
  ["nobody can log in", "other", undefined],
])("what a component says is read: %s", (sentence, way, seconds) => {
  expect(readSentence(sentence)).toEqual({ way, ...(seconds !== undefined && { seconds }) });
});

test.each([
  ["arn:aws:iam::123456789012:role/x", "arn:aws:iam::(account):role/x"],
  ["123456789012.dkr.ecr.eu-central-1.amazonaws.com/app", "(account).dkr.ecr.eu-central-1.amazonaws.com/app"],
  ["bucket flowfleet-state-123456789012", "bucket flowfleet-state-(account)"],
  ["sha256:123456789012abc and 1234567890123", "sha256:123456789012abc and 1234567890123"],
  ["http://10.92.1.16:8000/ and 10.92.1.0/24", "http://10.x.x.x:8000/ and 10.x.x.x/24"],
  ["192.168.1.1, 172.16.0.1, 100.64.0.1", "192.168.x.x, 172.x.x.x, 100.x.x.x"],
  [
    "bucket logs123456789012, 123456789012logs, a.123456789012, Logs1x123456789012",
    "bucket logs(account), (account)logs, a.(account), Logs1x(account)",
  ],
  ["0.123456789012, 123456789012.5, abcdef123456789012", "0.123456789012, 123456789012.5, abcdef123456789012"],
  ["db.10.0.0.1, ip-10-20-30-40.ec2.internal", "db.10.x.x.x, ip-10-x-x-x.ec2.internal"],
  ["ip-192-168-1-2, ip-172-31-0-1, ip-100-64-0-1, ip-203-0-113-1", "ip-192-168-x-x, ip-172-x-x-x, ip-100-x-x-x, ip-203-0-113-1"],
  ["172.15.0.1, 203.0.113.10, 127.0.0.1, version 10.2.3", "172.15.0.1, 203.0.113.10, 127.0.0.1, version 10.2.3"],
])("masks account ids and private addresses, and nothing else: %s", (text, masked) => {
  expect(maskText(text)).toBe(masked);
});

test("masks names of properties, too", () => {
  expect(maskDeep({ "10.0.0.1": [{ account: 123456789012 }] })).toEqual({ "10.x.x.x": [{ account: "(account)" }] });
});

test("what a system claims of its machine differs by what it is", () => {
  const claim = (system: string, more = {}) => ({ system, ports: [3000, 3001], variables: { "/opt/a/.env": ["A", "B"] }, ...more });
  const stdin = (...systems: object[]) => ({ stdin: JSON.stringify({ owner: "x", systems }) });
  const before = stdin(claim("a"), claim("b"));
  const after = stdin(claim("b"), claim("a", { ports: [3000, 3005], variables: { "/opt/a/.env": ["A", "B", "C"] } }));
  const { properties, files } = differences(before, after);
  expect(properties.map(propertyText)).toEqual([
    "- systems.a.ports[]: 3001",
    "+ systems.a.ports[]: 3005",
    '+ systems.a.variables["/opt/a/.env"][]: C',
  ]);
  expect(files).toEqual([]);
});

test("what only stands in another order is no difference, but where the order says something", () => {
  expect(differences({ envs: ["B=2", "A=1"], drops: ["X", "Y"] }, { envs: ["A=1", "B=2"], drops: ["Y", "X"] })).toEqual({
    properties: [],
    files: [],
    reordered: ["drops"],
  });
  expect(differences({ command: ["a", "b"] }, { command: ["b", "a"] }).properties).toHaveLength(1);
});

test("of a secret that only the update will know nobody says that it is another one", () => {
  const secret = { path: "stdin", before: "[secret]", secret: true };
  expect(propertyText({ ...secret, after: "[secret]", unknown: false })).toBe("~ stdin: [secret], another one");
  expect(propertyText({ ...secret, after: "(not known yet)", unknown: true })).toBe("~ stdin: [secret], known once the update is done");
});

test("policies and definitions in JSON are compared by line", () => {
  const { files } = differences({ policy: '{"a":[1,2]}' }, { policy: '{"a":[1,3]}' });
  expect(files).toEqual([
    {
      path: "policy",
      op: "update",
      hunks: [{ oldStart: 1, newStart: 1, lines: [" {", '   "a": [', "     1,", "-    2", "+    3", "   ]", " }"] }],
    },
  ]);
});

const bill = (multiAz: boolean, instanceClass = "db.t4g.small") => ({
  flowstack: {
    aws: {
      price: priceLine({
        region: "eu-central-1", tasks: [], zones: 2, loadBalancers: 1, gateways: 0, endpoints: 0, share: false, keys: 0, alarms: 0, dashboards: 0,
        database: { instanceClass, multiAz, storage: "20 GB" },
      }),
    },
  },
}); // prettier-ignore

test("the cost is that of the price lines: the total, then the part that changes", () => {
  const changes = costChanges(bill(false), bill(true)).map(({ what, before, after, currency }) => [what, before, after, currency]);
  expect(changes).toEqual([
    ["flowstack", 55, 81, "USD"],
    ["flowstack: RDS", 26, 51, "USD"],
  ]);
  expect(costChanges(bill(true), bill(true))).toEqual([]);
  const machine = { hosts: { main: { price: "about 37 USD a month: t3.medium 30, disk 3, public address 4; list prices of us-east-1" } } };
  expect(costChanges({}, machine)[0]).toEqual({ what: "machine main", currency: "USD", after: 37, basis: "list prices of us-east-1" });
});

test("of what the table of prices does not know nobody says that it costs less", () => {
  const texts = (before: string, after: string) => costChanges(bill(true, before), bill(true, after)).map(costText);
  expect(texts("db.t4g.small", "db.m6g.large")).toEqual([
    "flowstack: 81 USD -> at least 30 USD a month; RDS db.m6g.large not known",
    "flowstack: RDS: 51 USD -> not known a month; RDS db.m6g.large not known",
  ]);
  expect(texts("db.m6g.large", "db.t4g.small")).toEqual([
    "flowstack: at least 30 USD -> 81 USD a month; RDS db.m6g.large not known",
    "flowstack: RDS: not known -> 51 USD a month; RDS db.m6g.large not known",
  ]);
  expect(texts("db.m6g.large", "db.m6g.xlarge")).toEqual([
    "flowstack: at least 30 USD -> at least 30 USD a month; RDS db.m6g.large, RDS db.m6g.xlarge not known",
  ]);
  expect(texts("db.m6g.large", "db.m6g.large")).toEqual([]);
  expect(costChanges({}, bill(true)).map(costText)[0]).toBe("flowstack: none -> 81 USD a month (+81)");
});

test("outputs: what breaks readers comes first; what is not known yet breaks nobody", () => {
  const changes = outputChanges({ a: { port: 22, url: "x" }, b: "gone" }, { a: { port: "(not known yet)", url: "y" } });
  expect(changes.map(({ path, change, breaking }) => [path, change, breaking])).toEqual([
    ["b", "removed", true],
    ["a.port", "changed", false],
    ["a.url", "changed", false],
  ]);
});

test("rules of AWS are told as who may reach what, policies by action and for whom", () => {
  const rule = (cidrIpv4: string) => ({ ipProtocol: "tcp", fromPort: 5432, toPort: 5432, cidrIpv4 });
  const statement = (actions: string[]) => ({
    policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: "arn:x" }] }),
  });
  const plan = madePlan([
    inSystem("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "db", {
      op: "update",
      before: rule("10.0.0.0/16"),
      inputs: rule("0.0.0.0/0"),
    }),
    inSystem("aws:iam/rolePolicy:RolePolicy", "rights", {
      op: "update",
      before: statement(["s3:GetObject"]),
      inputs: statement(["s3:GetObject", "s3:PutObject"]),
    }),
    inSystem("aws:lb/listener:Listener", "https", {
      op: "update",
      before: { protocol: "HTTPS", sslPolicy: "new" },
      inputs: { protocol: "HTTP" },
    }),
    inSystem("aws:ssm/parameter:Parameter", "key", { op: "delete", inputs: { type: "SecureString", name: "/a/KEY" } }),
    onMachine("claim", "again", { op: "update", before: { connection: { hostKey: "a" } }, inputs: { connection: { hostKey: "b" } } }),
  ]);
  const found = securityChanges(plan.resources, whose(plan), ({ before, inputs }) => differences(before ?? {}, inputs));
  expect(found.map(({ opens, what }) => `${opens ? "opens: " : ""}${what}`)).toEqual([
    "opens: db: tcp 5432 from 10.0.0.0/16 becomes tcp 5432 from everywhere",
    "opens: listener https: from HTTPS with new to HTTP",
    "opens: rights allows s3:PutObject on arn:x",
    "another host key is pinned for main",
    "parameter /a/KEY is deleted",
  ]);
});

test("a limit leaves out the least important details, and says how many", () => {
  const text = fit("summary", ["a".repeat(50), "b".repeat(500), "c".repeat(20)], { limit: 250 });
  expect(text).toBe(`summary\n\n${"a".repeat(50)}\n\n${"c".repeat(20)}\n\n_1 more part does not fit into this comment._\n`);
});

test("--fail-on names what it found", () => {
  const stack = {
    stack: "prod",
    data: [{ what: "volume x is deleted" }],
    interruptions: [{ seconds: 0 }, { way: "stop-first", seconds: 9, name: "api", what: "down", because: [] }],
    violations: [],
  };
  const report = { version: 1, against: { kind: "golden" }, stacks: [stack] } as unknown as Parameters<typeof failures>[0];
  expect(failures(report, ["data", "down", "violations"])).toEqual([
    "--fail-on data: prod: volume x is deleted",
    "--fail-on down: prod: api: stop-first, at most 9 s: down",
  ]);
  expect(failures(report, [])).toEqual([]);
});
