import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/read-config";
import { prepareGround } from "./ground";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs";
const DOOR = { address: "203.0.113.10", port: 22, user: "deploy", hostKey: KEY };
const SIZE = { cpus: 8, memory: "16 GB", lenient: true };
const chosen = (stack: string, name: string) => ({ host: { stack, name, os: "debian-12", state: "present" } });
const config = (systems: object) => ({ hosts: {}, acme: {}, registries: {}, ...systems }) as unknown as Config;

let registered: string[];
beforeEach(async () => {
  registered = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        registered.push(`${type} ${name}`);
        return { id: name, state: { ...(inputs as object), outputs: { hosts: { main: { ...DOOR, size: SIZE }, spare: DOOR } } } };
      },
      call: () => ({}),
    },
    "flowfleet",
    "staging",
    false,
    "organization",
  );
});

it("reads each stack once, and knows each of its machines once, however many systems run there", async () => {
  const systems = { flowmaster: chosen("shared", "main"), flowra: chosen("shared", "main") };
  const ground = await prepareGround(config(systems));
  expect(ground.host(systems.flowmaster.host as never)).toBe(ground.host(systems.flowra.host as never));
  expect(ground.declared(systems.flowra.host as never)).toEqual(SIZE);
  expect(ground.declared({ name: "main" } as never)).toBeUndefined();
  await pulumi.runtime.disconnect();
  expect(registered).toEqual(["pulumi:pulumi:StackReference organization/flowfleet/shared", "flowfleet:host:Host shared-main"]);
});

it("keeps machines of one stack, and of two, apart", async () => {
  const systems = { flowmaster: chosen("shared", "main"), flowra: chosen("shared", "spare") };
  await prepareGround(config(systems));
  await prepareGround(config({ flowra: chosen("other", "main") }));
  await pulumi.runtime.disconnect();
  expect(registered.filter((one) => one.includes(":Host "))).toEqual(
    ["shared-main", "shared-spare", "other-main"].map((name) => `flowfleet:host:Host ${name}`),
  );
});

it("names the system whose machine is not there, before anything is registered", async () => {
  await expect(prepareGround(config({ flowmaster: chosen("shared", "main"), flowra: chosen("shared", "big") }))).rejects.toThrow(
    'flowfleet:flowra.host: stack "shared" has no host "big" among its outputs; it has main, spare; bring it up first: pulumi up --stack shared',
  );
  expect(registered.filter((one) => one.includes(":Host "))).toEqual([]);
});
