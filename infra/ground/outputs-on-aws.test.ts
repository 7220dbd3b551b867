import * as pulumi from "@pulumi/pulumi";
import { recorded } from "../../components/aws/testing/tier";
import { inspect } from "../config/stacks";
import type { StackOutputs } from "../outputs/contract";
import { judge } from "../policy/judge";
import { NO_SETTINGS } from "../policy/settings";
import { mirrorOutputs } from "./outputs-on-aws";

const OUTPUTS: StackOutputs = {
  contract: 1,
  hosts: {
    main: {
      address: pulumi.output("203.0.113.10"),
      port: pulumi.output(22),
      user: pulumi.output("deploy"),
      hostKey: pulumi.output("ssh-ed25519 AAAA"),
    },
  },
};

/** A step of a system. */
class Served extends pulumi.CustomResource {
  constructor(name: string, { of }: { of?: Served } = {}) {
    super("command:remote:Command", name, { of: of?.id });
  }
}

async function run(more = "") {
  const text = `config:\n  flowfleet:outputs:\n    mirror:\n      account: "123456789012"\n      region: eu-central-1\n${more}`;
  const { config, problems } = inspect("shared", text, () => undefined);
  expect(problems).toEqual([]);
  const mirror = config?.outputs.mirror;
  if (!mirror) throw new Error("no mirror");
  const { resources } = await recorded(() => {
    mirrorOutputs(mirror, OUTPUTS);
  });
  return resources;
}

it("is a parameter for each output, below the stack's folder, in the one account", async () => {
  const resources = await run();
  const parameters = resources.filter(({ type }) => type === "aws:ssm/parameter:Parameter").map(({ inputs }) => inputs);
  expect(Object.fromEntries(parameters.map(({ name, insecureValue }) => [name, insecureValue]))).toEqual({
    "/flowfleet/test/contract": "1",
    "/flowfleet/test/hosts/main/address": "203.0.113.10",
    "/flowfleet/test/hosts/main/port": "22",
    "/flowfleet/test/hosts/main/user": "deploy",
    "/flowfleet/test/hosts/main/hostKey": "ssh-ed25519 AAAA",
  });
  expect(resources.find(({ type }) => type === "pulumi:providers:aws")?.inputs).toMatchObject({
    region: "eu-central-1",
    allowedAccountIds: '["123456789012"]',
  });
});

it("is in the folder that is named", async () => {
  const names = (await run("      path: /shop/outputs\n")).flatMap(({ inputs }) =>
    typeof inputs["name"] === "string" ? inputs["name"] : [],
  );
  expect(names).toContain("/shop/outputs/hosts/main/address");
});

it("is written when everything stands that it speaks of, and not before", async () => {
  const { resources } = await recorded(() => {
    const served = new Served("flowmaster-site", { of: new Served("flowmaster-release") });
    const outputs = { ...OUTPUTS, flowmaster: { url: served.id, release: {} } } as unknown as StackOutputs;
    mirrorOutputs({ account: "123456789012", region: "eu-central-1" }, outputs);
  });
  const mirror = resources.find(({ type }) => type === "flowfleet:aws:PlainParameters");
  expect(mirror?.dependsOn).toEqual(["flowmaster-site"]);
  const order = resources.map(({ name }) => name);
  expect(order.indexOf("outputs-contract")).toBeGreaterThan(order.indexOf("outputs"));
  expect(order.indexOf("outputs")).toBeGreaterThan(order.indexOf("flowmaster-site"));
});

it("breaks no rule", async () => {
  const resources = (await run()).map(({ type, urn, name, protect, inputs }) => ({ type, urn, name, protect, props: inputs }));
  expect(judge(resources, { environment: "prod", today: "2026-11-22", settings: NO_SETTINGS }).violations).toEqual([]);
});
