import { FIRST_CONTACT } from "../../components/aws/first-boot";
import { madeUp, MADE_UP_HOST_KEY } from "../../components/aws/made-up";
import { inputsOf } from "../../components/aws/testing/tier";
import type { NeverMade } from "../../components/aws/made-up";
import { record } from "../../components/host/recording";
import type { Config } from "../config/read-config";
import { inspect } from "../config/stacks";
import { hostOutputs } from "../outputs/stack-outputs";
import { prepareGround } from "./ground";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs";
const CREATE = `create: {account: "123456789012", region: eu-central-1, image: ami-0a, type: t3.medium, disk: 40 GB, vpcId: vpc-0a,
        subnetId: subnet-0a, sshFrom: [203.0.113.0/24], authorizedKeys: [${KEY}]}`;
const file = (host: string) => `config:\n  flowfleet:hosts:\n    main:\n      ${host}\n`;
const problems = (host: string) => inspect("shared", file(host), () => undefined).problems;
const at = "Pulumi.shared.yaml flowfleet:hosts.main";

/** As AWS and the machine would tell. */
const made = (resource: NeverMade) => {
  if (resource.type.endsWith(":RandomPassword")) return { result: "t".repeat(43) };
  return resource.inputs["create"] === FIRST_CONTACT ? { stdout: JSON.stringify({ hostKey: MADE_UP_HOST_KEY }) } : madeUp(resource);
};
const OF_EC2 = /first-contact|drop-first-key/;

it("is what the rest of the stack runs on, by the key that it made, and says what it costs", async () => {
  const { config, problems: none } = inspect("shared", file(`${CREATE}\n      web: true`), () => undefined);
  expect(none).toEqual([]);
  const settings = config as unknown as Config;
  let price: string | undefined;
  const found = await record(
    async () => {
      const ground = await prepareGround(settings);
      price = hostOutputs(ground.owned, settings.hosts)["main"]?.price;
    },
    { made },
  );
  expect(inputsOf(found, "ec2/instance:Instance")["tags"]).toEqual({
    project: "flowfleet",
    environment: "test",
    "managed-by": "flowfleet",
    Name: "flowfleet-test-main",
  });
  expect(inputsOf(found, "ec2/instance:Instance", "main-created-machine")["disableApiTermination"]).toBe(true);
  const later = found.steps.filter(({ name }) => !OF_EC2.test(name));
  expect(later.length).toBeGreaterThan(2);
  const door = { host: "203.0.113.99", port: 22, user: "deploy", hostKey: MADE_UP_HOST_KEY };
  for (const { inputs } of later) expect(inputs["connection"]).toMatchObject(door);
  // Nothing of the host is begun before the machine has only the key that nobody was told.
  expect(later[0]?.dependsOn).toContain("main-created-drop-first-key");
  expect(price).toContain("about 37 USD a month: t3.medium 30, disk 3, public address 4; ");
});

it("is made of this account alone", async () => {
  const { config } = inspect("shared", file(CREATE), () => undefined);
  const found = await record(() => prepareGround(config as unknown as Config), { made });
  const provider = found.resources.find(({ type }) => type === "pulumi:providers:aws");
  expect(provider?.inputs).toMatchObject({ region: "eu-central-1", allowedAccountIds: '["123456789012"]' });
});

it("is found or created, not both, and never open to everybody", () => {
  expect(problems("web: true")).toEqual([`${at}.address: is missing`, `${at}.hostKey: is missing`]);
  const wrong = CREATE.replace("203.0.113.0/24", "0.0.0.0/1").replace("ami-0a", "debian").replace("eu-central-1", "frankfurt");
  expect(problems(`address: 203.0.113.10\n      hostKey: ${KEY}\n      ssh: {ports: [22, 2222]}\n      ${wrong}`)).toEqual([
    `${at}.create.region: is no region of AWS's public cloud; got "frankfurt"; a region is written such as "eu-central-1"`,
    `${at}.create.image: must be the id of an image such as "ami-0abc"; got "debian"`,
    `${at}.address: is for a machine that is there, and this one is created; leave it out, or create`,
    `${at}.hostKey: is for a machine that is there, and this one is created; leave it out, or create`,
    `${at}.create.sshFrom: would let far too many reach port 22; got "0.0.0.0/1"; allowed: networks of /8 and narrower; name those that deploy from, or a bastion`,
    `${at}.ssh.ports: must be 22 of a machine that is created: its security group opens no other; got "22, 2222"; leave it out`,
  ]);
});

it("lets in whom bootstrap would: keys with a comment, of a security key; no file's name", () => {
  const keys = (one: string) => problems(CREATE.replace(`[${KEY}]`, `["${one}"]`));
  for (const one of [
    `${KEY} anna@laptop`,
    "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fAAAABHNzaDo=",
  ])
    expect(keys(one)).toEqual([]);
  expect(keys("~/.ssh/id_ed25519.pub")).toEqual([
    `${at}.create.authorizedKeys[0]: must be a public key such as "ssh-ed25519 AAAA… anna"; got "~/.ssh/id_ed25519.pub"`,
  ]);
  const damaged = KEY.slice(0, -5);
  expect(keys(damaged)).toEqual([`${at}.create.authorizedKeys[0]: is damaged: its second word is no key of that kind; got "${damaged}"`]);
});

it("says all that is missing, and that a disk is always encrypted", () => {
  expect(problems("create: {encrypted: false}")).toEqual([
    ...["account", "region", "image", "type", "disk", "vpcId", "subnetId", "sshFrom", "authorizedKeys"].map(
      (key) => expect.stringMatching(new RegExp(`^${at}\\.create\\.${key}: `)) as string,
    ),
    expect.stringMatching(/create.*encrypted/) as string,
  ]);
});
