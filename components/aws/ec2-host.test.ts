import { execFileSync } from "node:child_process";
import { parse } from "yaml";
import { Ec2Host } from "./ec2-host";
import type { Ec2HostArgs } from "./ec2-host";
import { DROP_FIRST_KEY, FIRST_CONTACT, imageUser, userData } from "./first-boot";
import { hostKeyOf } from "./first-key";
import { madeUp, MADE_UP_HOST_KEY } from "./made-up";
import { inputsOf, PLACE, recorded } from "./testing/tier";

const TEXT = "t".repeat(43);
const FIRST = hostKeyOf(TEXT);
const KEYS = ["ssh-ed25519 AAAA anna"];

const made = (more: Partial<Ec2HostArgs> = {}) =>
  recorded(
    () =>
      new Ec2Host("main", {
        place: PLACE,
        role: "main",
        image: "ami-0abc",
        type: "t3.medium",
        disk: "40 GB",
        os: "debian-12",
        vpcId: "vpc-0abc",
        subnetId: "subnet-0a",
        sshFrom: ["203.0.113.0/24", "198.51.100.7"],
        authorizedKeys: KEYS,
        ...more,
      }),
    {
      made: (resource) => {
        if (resource.type.endsWith(":RandomPassword")) return { result: TEXT };
        return resource.inputs["create"] === FIRST_CONTACT ? { stdout: JSON.stringify({ hostKey: MADE_UP_HOST_KEY }) } : madeUp(resource);
      },
    },
  );
type Made = Awaited<ReturnType<typeof made>>;
const named = ({ resources }: Made, name: string) => resources.find((one) => one.name === name);

it("makes a machine that gives its secrets to nobody, whose disk is encrypted, and which stays when its image is older", async () => {
  const found = await made();
  const { userData: boot, ...machine } = inputsOf(found, "ec2/instance:Instance");
  const tags = { project: "flowfleet", environment: "prod", Name: "flowstack-prod-main" };
  expect(machine).toEqual({
    ami: "ami-0abc",
    instanceType: "t3.medium",
    subnetId: "subnet-0a",
    vpcSecurityGroupIds: ["main-group-group-id"],
    associatePublicIpAddress: false,
    metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
    rootBlockDevice: { encrypted: true, volumeSize: 40, volumeType: "gp3", deleteOnTermination: true, tags },
    disableApiTermination: true,
    tags,
  });
  const ignoreChanges = ["ami", "userData", "associatePublicIpAddress"];
  expect(named(found, "main-machine")).toMatchObject({ protect: true, ignoreChanges, secrets: ["userData"] });
  expect(boot).toBe(userData(FIRST, KEYS));
});

it("has a key of its own for the disk where one is named, and no protection where none is wanted", async () => {
  const found = await made({ key: "arn:made-up:key", protect: false });
  expect(inputsOf(found, "ec2/instance:Instance")).toMatchObject({
    rootBlockDevice: { encrypted: true, kmsKeyId: "arn:made-up:key" },
    disableApiTermination: false,
  });
  expect(found.resources.filter(({ protect }) => protect)).toEqual([]);
});

it("lets in SSH from where it is said, the web only where asked, and out what it needs", async () => {
  const rules = async (more?: Partial<Ec2HostArgs>) =>
    (await made(more)).resources
      .filter(({ type }) => /SecurityGroup(?:In|E)gressRule$/.test(type))
      .map(({ type, inputs }) => `${type.includes("Ingress") ? "in" : "out"} ${String(inputs["fromPort"])} ${String(inputs["cidrIpv4"])}`)
      .sort();
  const ssh = ["in 22 198.51.100.7/32", "in 22 203.0.113.0/24"];
  const out = ["out 443 0.0.0.0/0", "out 80 0.0.0.0/0"];
  expect(await rules()).toEqual([...ssh, ...out]);
  expect(await rules({ web: true, out: [443, 5432] })).toEqual([
    ...ssh,
    "in 443 0.0.0.0/0",
    "in 80 0.0.0.0/0",
    "out 443 0.0.0.0/0",
    "out 5432 0.0.0.0/0",
    "out 80 0.0.0.0/0",
  ]);
});

it("is met by the key that it was given, and then only known by the one that it made", async () => {
  const found = await made({ os: "ubuntu-24.04" });
  const door = { host: "203.0.113.99", port: 22, user: "ubuntu" };
  const contact = named(found, "main-first-contact");
  expect(contact?.inputs).toMatchObject({
    connection: { ...door, hostKey: FIRST.public },
    create: FIRST_CONTACT,
    triggers: ["main-machine-id"],
  });
  expect(contact?.ignoreChanges).toEqual(["connection", "create", "stdin"]);
  expect(contact?.dependsOn).toContain("main-address-tie");
  expect(JSON.parse(String(contact?.inputs["stdin"]))).toMatchObject({ user: "deploy", authorizedKeys: KEYS });
  expect(named(found, "main-drop-first-key")?.inputs).toMatchObject({
    connection: { ...door, hostKey: MADE_UP_HOST_KEY },
    create: DROP_FIRST_KEY,
    triggers: ["main-machine-id"],
  });
  // In the user data alone, which are a secret of the state.
  const elsewhere = found.resources.filter(({ name }) => name !== "main-machine");
  expect(JSON.stringify(elsewhere)).not.toContain("PRIVATE KEY");
  expect(found.outputs["main"]).toEqual({ address: "203.0.113.99", hostKey: MADE_UP_HOST_KEY });
  expect(imageUser("debian-12")).toBe("admin");
});

it("is another machine at the same address after another word, with another first key", async () => {
  const found = (await made({ rebuild: "2027" })).resources.map(({ name }) => name);
  const anew = ["first-key", "machine", "first-contact", "drop-first-key"];
  for (const part of anew) expect(found).toContain(`main-${part}-2027`);
  for (const part of anew) expect(found).not.toContain(`main-${part}`);
  for (const part of ["address", "address-tie", "group"]) expect(found).toContain(`main-${part}`);
  expect(inputsOf(await made({ rebuild: "2027" }), "ec2/eipAssociation:EipAssociation")).toMatchObject({
    instanceId: "main-machine-2027-id",
    allowReassociation: true,
  });
});

it("takes a private key from the configuration where there is one, as a secret", async () => {
  const contact = named(await made({ privateKey: "canary" }), "main-first-contact");
  expect(contact?.inputs["connection"]).toMatchObject({ privateKey: "canary" });
  expect(contact?.secrets).toContain("connection");
});

it("has a first boot that sshd waits for, and steps of one line that a shell can read", () => {
  expect(parse(userData(FIRST, KEYS))).toEqual({
    ssh_deletekeys: true,
    ssh_keys: { ecdsa_private: FIRST.private, ecdsa_public: FIRST.public },
    ssh_authorized_keys: KEYS,
    disable_root: true,
    ssh_pwauth: false,
  });
  for (const line of [FIRST_CONTACT, DROP_FIRST_KEY]) {
    expect(line).not.toContain("\n");
    execFileSync("sh", ["-n", "-c", line]);
  }
});

it("refuses what would be open to everybody, or to nobody, all at once", async () => {
  const wrong = { image: "debian-12", type: "medium", sshFrom: ["0.0.0.0/0", "2001:db8::/32"], authorizedKeys: [], rebuild: "A b" };
  await expect(made(wrong)).rejects.toThrow(
    new Error(
      'main/image: must be the id of an image such as "ami-0abc"; got "debian-12"\n' +
        'main/type: must be a type such as "t3.medium"; got "medium"\n' +
        'main/sshFrom: must be IPv4: its address is; got "2001:db8::/32"\n' +
        'main/sshFrom: would let far too many reach port 22; got "0.0.0.0/0"; allowed: networks of /8 and narrower; name those that deploy from, or a bastion\n' +
        "main/authorizedKeys: must hold a public key, or nobody can log in\n" +
        'main/rebuild: must be lower-case letters, digits and hyphens; got "A b"',
    ),
  );
  await expect(made({ sshFrom: [] })).rejects.toThrow(new Error("main/sshFrom: must name a network, or nobody can log in"));
});
