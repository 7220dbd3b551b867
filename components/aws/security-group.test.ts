import type { Recording } from "../host/recording";
import { connect, outwards, SecurityGroup } from "./security-group";
import type { NewSecurityGroup, SecurityRule } from "./security-group";
import { inputsOf, PLACE, recorded } from "./testing/tier";

const tier = (role: string, more: Partial<NewSecurityGroup> = {}) =>
  new SecurityGroup(role, { place: PLACE, vpcId: "vpc-0abc", role, description: `The ${role}`, ...more });

const rules = ({ resources }: Recording) =>
  resources
    .filter(({ type }) => type.startsWith("aws:vpc/securityGroup"))
    .map(({ name, inputs }) => ({ name, ...inputs }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

it("is a tier that nothing goes into or out of", async () => {
  const found = await recorded(() => tier("database"));
  expect(inputsOf(found, "ec2/securityGroup:SecurityGroup")).toEqual({
    vpcId: "vpc-0abc",
    name: "flowstack-prod-database",
    description: "The database",
    tags: { project: "flowfleet", environment: "prod", Name: "flowstack-prod-database" },
  });
  expect(rules(found)).toEqual([]);
});

it("opens a port to other tiers by their groups, on both sides", async () => {
  const found = await recorded(() => connect(tier("database"), { as: "database", port: 5432, clients: { service: tier("app") } }));
  const ports = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };
  const tags = { project: "flowfleet", environment: "prod" };
  expect(rules(found)).toEqual([
    {
      name: "app-to-database",
      securityGroupId: "app-group-id",
      description: "to database",
      ...ports,
      referencedSecurityGroupId: "database-group-id",
      tags: { ...tags, Name: "to database" },
    },
    {
      name: "database-from-service",
      securityGroupId: "database-group-id",
      description: "from service",
      ...ports,
      referencedSecurityGroupId: "app-group-id",
      tags: { ...tags, Name: "from service" },
    },
  ]);
});

it("knows ranges of addresses and AWS's lists as well", async () => {
  const to: Record<string, SecurityRule> = {
    internet: { cidr: "0.0.0.0/0", port: 443 },
    time: { cidr: "0.0.0.0/0", port: 123, protocol: "udp" },
    files: { prefixList: "pl-0abc", port: 443 },
  };
  const found = await recorded(() => tier("app", { from: { world: { cidr: "0.0.0.0/0", port: 443 } }, to }));
  expect(rules(found)).toMatchObject([
    { name: "app-from-world", cidrIpv4: "0.0.0.0/0", fromPort: 443 },
    { name: "app-to-files", prefixListId: "pl-0abc" },
    { name: "app-to-internet", cidrIpv4: "0.0.0.0/0", fromPort: 443 },
    { name: "app-to-time", cidrIpv4: "0.0.0.0/0", ipProtocol: "udp", fromPort: 123 },
  ]);
});

it("adds rules to a group of somebody else's, and leaves the group alone", async () => {
  const found = await recorded(() => {
    const database = new SecurityGroup("database", { place: PLACE, existing: "sg-0abc" });
    connect(database, { as: "database", port: 5432, clients: { service: tier("app") } });
  });
  expect(found.resources.filter(({ type }) => type === "aws:ec2/securityGroup:SecurityGroup").map(({ name }) => name)).toEqual([
    "app-group",
  ]);
  expect(rules(found)).toMatchObject([{ referencedSecurityGroupId: "sg-0abc" }, { securityGroupId: "sg-0abc" }]);
});

it("refuses what would be open to everybody, and what AWS would refuse, all at once", async () => {
  const from = {
    ssh: { cidr: "0.0.0.0/0", port: 22 },
    web: { cidr: "0.0.0.0/0", port: 80 },
    office: { cidr: "10.0.0.1/8", port: 5432 },
    nobody: { group: "sg-0abc", port: 0 },
  };
  await expect(recorded(() => tier("app", { description: "The team's", from }))).rejects.toThrow(
    new Error(
      'app/description: has signs that AWS does not take; got "The team\'s"; allowed: A-Za-z0-9 ._-:/()#,@[]+=&;{}!$*\n' +
        "app/from/ssh: must not be open to everybody; got 22; allowed: 80, 443\n" +
        'app/from/office/cidr: must be an IPv4 subnet such as "10.90.2.0/24" whose address is its first, got "10.0.0.1/8"\n' +
        "app/from/nobody/port: must be a port; got 0; allowed: 1 to 65535",
    ),
  );
});

it("refuses a rule that is added later as well, and a group that is none", async () => {
  await expect(recorded(() => tier("app").allowFrom("all", { cidr: "0.0.0.0/0", port: 5432 }))).rejects.toThrow(
    new Error("app/from/all: must not be open to everybody; got 5432; allowed: 80, 443"),
  );
  await expect(recorded(() => new SecurityGroup("database", { place: PLACE, existing: "default" }))).rejects.toThrow(
    new Error('database/existing: must be the id of a security group such as "sg-0abc"; got "default"'),
  );
});

it("goes out to HTTPS, and to each further port once", () => {
  expect(outwards({ mongodb: 27017, other: 27017, api: 443 })).toEqual({
    https: { cidr: "0.0.0.0/0", port: 443 },
    mongodb: { cidr: "0.0.0.0/0", port: 27017 },
  });
});
