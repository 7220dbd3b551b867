import type { PlannedResource } from "../../rehearsal/plan";
import { stackReport } from "./compose";
import type { StackReport } from "./report";
import { COMMAND, CONTAINER, document, inSystem, madePlan, onMachine, VOLUME } from "./testing/made-plan";

const BESIDE = { isNew: false, environmentOf: () => "production", configuredSecrets: [], unused: [], violations: [], notes: [] };
const [OLD, NEW] = ["203.0.113.10", "203.0.113.20"];
const NOT_KNOWN = "(not known yet)";

interface Door {
  host: string;
  hostKey: string;
}
const door = ({ host, hostKey }: Door) => ({ connection: { host, hostKey, user: "deploy" } });

/** The machine `main` with a service, a volume and nginx, all of it reached otherwise than before. */
function moved(was: Door, is: Door, image = "api@sha256:1"): StackReport {
  const machine = is.host === NOT_KNOWN ? {} : { machine: is.host };
  const release = (of: string) => ({ create: "helper release apply", ...document({ release: { image: of } }) });
  const service = inSystem(COMMAND, "api-switch", {
    op: "update",
    ...machine,
    before: { ...release("api@sha256:1"), ...door(was) },
    inputs: { ...release(image), ...door(is) },
  });
  const site = { files: { "/etc/nginx/site.conf": { mode: "0644", text: ["server {", "}"] } }, after: ["reload nginx", "restart docker"] };
  const docker = inSystem("pulumi:providers:docker", "docker", {
    op: was.host === is.host ? "same" : "update",
    before: { host: `ssh://deploy@${was.host}:22` },
    inputs: { host: `ssh://deploy@${is.host}:22` },
  });
  const step = (name: string, inputs: object) =>
    onMachine("files", name, { op: "update", ...machine, before: { ...inputs, ...door(was) }, inputs: { ...inputs, ...door(is) } });
  const plan = madePlan(
    [
      service,
      docker,
      inSystem(VOLUME, "data", { op: "same", provider: docker.urn, inputs: { name: "data" } }),
      inSystem(CONTAINER, "mongodb", { op: "same", provider: docker.urn, inputs: { name: "mongodb" } }),
      step("motd", document({ files: {} })),
      step("site", document(site)),
    ],
    { interruptions: [{ urn: service.urn, name: "api", what: "not interrupted: the new release serves first", steps: [service.urn] }] },
  );
  // The machine's other steps, which stay, would say where it was.
  const resources = plan.resources.map((one): PlannedResource => (one.urn.endsWith("::main-claim") ? { ...one, ...machine } : one));
  return stackReport({ ...plan, resources }, BESIDE);
}

const told = ({ data, interruptions, security }: StackReport): string[] => [
  ...data.map((one) => `${one.data}: ${one.what}`),
  ...interruptions.map(({ name, way, seconds, what }) => `${name}: ${way} ${seconds ?? "?"}: ${what}`),
  ...security.map(({ what }) => what),
];

test("the same host key at another address: the same machine, whose data are not lost and whose services go on", () => {
  const report = moved({ host: OLD, hostKey: "k1" }, { host: NEW, hostKey: "k1" });
  expect(told(report)).toEqual([
    `flowmaster: other ?: ${OLD} becomes ${NEW}, with the same host key: the same machine, on which all goes on; users reach it once its names lead to ${NEW}`,
  ]);
  expect(report.summary.map(({ text }) => text)).toEqual([
    "flowmaster (production): 2 updated; down for a time that is not known (flowmaster)",
    "host main (production): 1 updated; nothing goes down",
  ]);
  expect(report.folded.map(({ name, why }) => `${name}: ${why}`)).toEqual([
    "main-site: only its machine is reached otherwise, as of main-motd",
  ]);
});

test("another host key at another address: another machine, one line each for what is lost, what goes down and who is trusted", () => {
  expect(told(moved({ host: OLD, hostKey: "k1" }, { host: NEW, hostKey: "k2" }))).toEqual([
    `lost: main: ${OLD} becomes ${NEW}, by its host key another machine: Pulumi copies nothing, all that is on ${OLD} stays there`,
    `lost: docker (2 resources): Docker ${OLD} becomes ${NEW}: Pulumi moves nothing, looks for all of it in ${NEW}, and no longer reaches what is in ${OLD}`,
    `lost: data stays in ${OLD}: all that is in it stays there`,
    `flowmaster: other ?: ${OLD} becomes ${NEW}, with another host key: another machine, on which all is made anew; users are served there once they are led to it`,
    "another host key is pinned for main",
  ]);
});

test.each([NOT_KNOWN, OLD])("a machine that is made anew here, at %s, takes down all that serves on it", (host) => {
  const report = moved({ host: OLD, hostKey: "k1" }, { host, hostKey: NOT_KNOWN });
  expect(report.interruptions.map(({ what }) => what)).toEqual([
    `another machine is made in the place of the one at ${OLD}: all that serves there is away until it is made anew`,
  ]);
  expect(report.data.filter(({ what }) => what.startsWith("main"))).toEqual([]);
});

test("another host key at the same address is one line, and interrupts nobody", () => {
  expect(told(moved({ host: OLD, hostKey: "k1" }, { host: OLD, hostKey: "k2" }))).toEqual(["another host key is pinned for main"]);
});

test("a release on a machine that moves is told all the same", () => {
  const report = moved({ host: OLD, hostKey: "k1" }, { host: NEW, hostKey: "k1" }, "api@sha256:2");
  expect(report.interruptions.map(({ name, seconds }) => [name, seconds])).toEqual([
    ["flowmaster", undefined],
    ["api", 0],
  ]);
});
