import type { Props } from "../../rehearsal/engine";
import { stackReport } from "./compose";
import { inSystem, madePlan, urn, VOLUME } from "./testing/made-plan";

const BESIDE = { isNew: false, environmentOf: () => "production", configuredSecrets: [], unused: [], violations: [], notes: [] };
const DATABASE = "aws:rds/instance:Instance";
const AWS = "pulumi:providers:aws";
const moved = (type: string, before: Props, inputs: Props, on = DATABASE, op: "same" | "replace" = "same") => {
  const provider = inSystem(type, "p", { op: "update", before, inputs });
  const holder = inSystem(on, "db", { op, provider: provider.urn, inputs: { identifier: "db" }, before: { identifier: "db" } });
  return stackReport(madePlan([provider, holder, inSystem("aws:iam/role:Role", "r", { op: "same", provider: provider.urn })]), BESIDE);
};
const told = (...args: Parameters<typeof moved>): string[] => moved(...args).data.map(({ data, what }) => `${data}: ${what}`);

test("another region is told as the loss of what was in it", () => {
  expect(told(AWS, { region: "eu-central-1" }, { region: "us-east-1" }, DATABASE, "replace")).toEqual(
    expect.arrayContaining([
      "lost: p (2 resources): region eu-central-1 becomes us-east-1: what is in eu-central-1 is deleted and made anew, empty, in us-east-1",
      expect.stringMatching(/^lost: database db is replaced by an empty one/),
    ]),
  );
});

test("another account moves nothing: what holds data is out of reach, and account ids are masked", () => {
  const of = (account: string): Props => ({ region: "eu-central-1", allowedAccountIds: JSON.stringify([account]) });
  expect(told(AWS, of("123456789012"), of("210987654321"))).toEqual([
    expect.stringMatching(/^lost: p \(2 resources\): account \(account\) becomes \(account\): Pulumi moves nothing/),
    "lost: db stays in (account): all that is in it stays there",
  ]);
  const digests = ["210987654321", "345678901234"].map((account) => moved(AWS, of("123456789012"), of(account)).digest);
  expect(digests[0]).not.toBe(digests[1]);
});

test("a Docker on another machine is told, one that is reached otherwise is a change like others", () => {
  const docker = "pulumi:providers:docker";
  expect(told(docker, { host: "ssh://a@203.0.113.1:22" }, { host: "ssh://a@203.0.113.2:22" }, VOLUME)).toEqual([
    expect.stringContaining("Docker 203.0.113.1 becomes 203.0.113.2"),
    "lost: db stays in 203.0.113.1: all that is in it stays there",
  ]);
  const port = moved(docker, { host: "ssh://a@203.0.113.1:22" }, { host: "ssh://b@203.0.113.1:2222" }, VOLUME);
  expect([port.data, port.resources.map(({ name }) => name), port.counts.update]).toEqual([[], ["p"], 1]);
});

test("a provider that Pulumi makes by itself is no part of a plan", () => {
  const type = AWS;
  const provider = inSystem(type, "default_7_48_0", {
    op: "update",
    urn: urn(type, "default_7_48_0"),
    before: { region: "a" },
    inputs: { region: "b" },
  });
  expect(stackReport(madePlan([provider]), BESIDE)).toMatchObject({ resources: [], data: [], counts: { update: 0 } });
});
