import { pm2Interruption } from "../../components/service/interruption";
import type { Props } from "../../rehearsal/engine";
import type { PlannedResource } from "../../rehearsal/plan";
import { stackReport } from "./compose";
import { COMMAND, CONTAINER, document, inSystem, madePlan, VOLUME } from "./testing/made-plan";

const BESIDE = { isNew: false, environmentOf: () => "production", configuredSecrets: [], unused: [], violations: [], notes: [] };
const SWITCH = { drain: 30, stopTimeout: 30, deadline: 60 };
const USUAL =
  "not interrupted (side by side on two ports, down for 0 s): the new release serves before the old one stops; requests under way get 30 s to end";

const release = (name: string, before: object, after: object): PlannedResource => {
  const inputs = (of: object): Props => ({ create: "helper release apply", ...document(of) });
  return inSystem(COMMAND, `${name}-switch`, { op: "update", machine: "203.0.113.10", before: inputs(before), inputs: inputs(after) });
};
const told = (what: string, changed: PlannedResource, ...others: PlannedResource[]): unknown[] => {
  const spoken = [changed, ...others.filter(({ type }) => type === COMMAND)].map((one) => ({
    urn: `${one.urn}-of`,
    name: one.urn.split("::").at(-1)?.replace("-switch", "") ?? "",
    what,
    steps: [one.urn],
  }));
  const report = stackReport(madePlan([changed, ...others], { interruptions: spoken }), BESIDE);
  const found = report.interruptions.find(({ urn }) => urn === `${changed.urn}-of`);
  return [found?.way, found?.seconds, found?.what];
};

test("another way of PM2 stops the old release first, whatever the new way is", () => {
  const what = pm2Interruption({ ...SWITCH, instances: 1, way: "port" });
  const was = { pm2: { way: "reload" }, ports: [3002] };
  const is = { pm2: { way: "port" }, ports: [13002, 23002], nginx: { "/etc/nginx/x.conf": ["  listen 127.0.0.1:3002;"] } };
  expect(told(what, release("api", was, is))).toEqual([
    "stop-first",
    90,
    "the way itself is another than before, the old one stops first, down for at most 90 s",
  ]);
  expect(told(what, release("api", is, { ...is, keep: 6 }))).toEqual(["side by side", 0, USUAL]);
});

describe("a service that answers at another port", () => {
  const what = pm2Interruption({ ...SWITCH, instances: 1, way: "port" });
  const at = (port: number) => ({ nginx: { "/etc/nginx/x.conf": ["server {", `  listen 127.0.0.1:${port};`] }, pm2: { way: "port" } });
  const asks = (port: number) => ({ environment: { DASHBOARD_URL: `http://127.0.0.1:${port}` } });

  it("is asked at the former one until those who ask are released, too", () => {
    expect(told(what, release("dashboard", at(3003), at(3013)), release("gateway", asks(3003), asks(3013)))).toEqual([
      "side by side",
      undefined,
      "the new release serves before the old one stops; requests under way get 30 s to end; " +
        "it answers at 127.0.0.1:3013 and no longer at 127.0.0.1:3003, where gateway still asks until released, too",
    ]);
  });

  it("meets nobody there where nothing of the plan asks", () => {
    const stopped = pm2Interruption({ ...SWITCH, instances: 1, way: "stop", downFor: 20 });
    const fixed = (port: number) => ({ pm2: { way: "stop" }, ports: [port] });
    expect(told(stopped, release("dashboard", fixed(3003), fixed(3013)), release("gateway", asks(30030), asks(30031)))).toEqual([
      "stop-first",
      undefined,
      `${stopped}; it answers at 127.0.0.1:3013 and no longer at 127.0.0.1:3003: whoever asks there meets nobody`,
    ]);
  });
});

test("a service answers where it did as long as only the update will know where", () => {
  const what = pm2Interruption({ ...SWITCH, instances: 1, way: "port" });
  const known = release("api", { nginx: { "/etc/nginx/x.conf": ["  listen 127.0.0.1:8000;"] }, pm2: { way: "port" } }, {});
  expect(told(what, { ...known, inputs: { ...known.inputs, stdin: "(not known yet)" } })).toEqual(["side by side", 0, USUAL]);
});

test("a database of RDS that is replaced is not told as one that AWS changes where it is", () => {
  const server = (inputs: Props): PlannedResource =>
    inSystem("aws:rds/instance:Instance", "server", {
      op: "replace",
      before: { identifier: "db" },
      inputs: { identifier: "db", ...inputs },
    });
  const what = "PostgreSQL db is down as soon as AWS changes it";
  expect(told(what, server({}))).toEqual([
    "other",
    undefined,
    "its server is replaced: nobody is answered until the new one is there, which is empty until somebody restores its data",
  ]);
  expect(told(what, server({ snapshotIdentifier: "before-move" }))[2]).toBe(
    "its server is replaced: nobody is answered until the new one is there, which is made of snapshot before-move",
  );
});

test("of a container whose volume is another one, or is made anew, nobody says that its data stay", () => {
  const what = "redis is down from its stop (at most 10 s) until the new container is healthy (at most 20 s)";
  const stay = `${what}; its data stay in volume data`;
  const container = (before: string) => {
    const inputs = (source: string): Props => ({ name: "redis", mounts: [{ type: "volume", source, target: "/data" }] });
    return inSystem(CONTAINER, "redis", { op: "replace", before: inputs(before), inputs: inputs("data") });
  };
  const volume = (op: "same" | "replace") => inSystem(VOLUME, "volume", { op, before: { name: "data" }, inputs: { name: "data" } });
  expect(told(stay, container("data"), volume("same"))[2]).toBe(stay);
  expect(told(stay, container("data"), volume("replace"))[2]).toBe(what);
  expect(told(stay, container("former"), volume("same"))[2]).toBe(what);
});

test("a machine of AWS of another type is stopped, with all that is on it", () => {
  const machine = (before: Props, inputs: Props) => {
    const resource = inSystem("aws:ec2/instance:Instance", "main-machine", { op: "update", before, inputs });
    return stackReport(madePlan([resource]), BESIDE).interruptions.map(({ name, way, seconds, what, because }) => [
      name,
      way,
      seconds,
      what,
      because,
    ]);
  };
  expect(machine({ instanceType: "t3.small" }, { instanceType: "t3.large" })).toEqual([
    [
      "main-machine",
      "restart",
      undefined,
      "AWS stops the machine and starts it again, which takes some minutes: all that is on it is down meanwhile",
      ["instanceType"],
    ],
  ]);
  expect(machine({ tags: { a: "b" } }, { tags: { a: "c" } })).toEqual([]);
});
