import { KEY, onAws, onHost } from "../../stacks/flowstack/testing/program";
import { plainLine } from "./places";
import { crossStackProblems, inspect } from "./stacks";

const RELEASES = `flowstack:
  app: {image: docker.io/leadevs/fastflow, digest: "sha256:${"1".repeat(64)}", builtAt: "2026-11-20T10:00:00Z"}
  postgres: {image: registry.example.com/postgres, digest: "sha256:${"2".repeat(64)}", version: "15.10", builtAt: "2026-11-20T10:00:00Z"}
`;
const problems = (file: string, releases = RELEASES) => inspect("prod", file, () => releases).problems;
const settingsOf = (file: string) => {
  const { config, problems: found } = inspect("prod", file, () => RELEASES);
  expect(found).toEqual([]);
  return config?.flowstack;
};
const network = (text = "zones: [eu-central-1a, eu-central-1b]") => `      network: {${text}}\n`;
const ENTRANCE = "      entrance: {zone: Z0123456789ABCDEFGHIJ}\n";
const at = "Pulumi.prod.yaml flowfleet:flowstack";

it("fills in the guide's defaults", () => {
  expect(settingsOf(onAws())).toMatchObject({
    branch: "main",
    seed: { user: "hafiz@leadevs.com" },
    mount: "/usr/src/.flowise",
    user: "1000:1000",
    limits: { cpus: 1, memory: "2 GB" },
    protect: true,
    aws: {
      network: { cidr: "10.40.0.0/16", nat: "one" },
      database: { version: "15", instanceClass: "db.t4g.small", storage: "20 GB", multiAz: true, backups: "7 days" },
      instances: { min: 2, max: 4 },
      architecture: "x86_64",
      deployedBy: "flowfleet",
    },
  });
  expect(settingsOf(onHost())).toMatchObject({ branch: "develop", directory: "/opt/flowstack", subnet: "10.94.2.0/24" });
});

it("is in one account once for each environment: names in AWS are made of it alone", () => {
  const other = onAws().replace("flowstack.example.com", "next.example.com");
  const found = (text: string) =>
    crossStackProblems([inspect("prod", onAws(), () => RELEASES), inspect("try", text, () => RELEASES)]).map(plainLine);
  expect(found(other)).toEqual([
    "Pulumi.try.yaml flowfleet:flowstack.environment: environment production is already taken by Pulumi.prod.yaml flowfleet:flowstack.environment; " +
      "all of its names in AWS would be the same: choose another, or another account, on one of the two sides",
  ]);
  expect(found(other.replace("eu-central-1", "eu-west-1"))).toHaveLength(1);
  expect(found(other.replace("environment: production", "environment: development"))).toEqual([]);
  expect(found(other.replace("123456789012", "210987654321"))).toEqual([]);
});

it("has a number of its own among the rules of a listener that it shares", () => {
  const listener = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/main/50dc/f2f7";
  const existing = `existing: {listener: "${listener}", securityGroup: sg-0a, dnsName: a.example.com, arnSuffix: app/main/50dc}`;
  const there = "existing: {vpcId: vpc-0a, cidr: 10.0.0.0/16, publicSubnets: {}, privateSubnets: {}}";
  const prod = onAws("", `${network(there)}      entrance: {${existing}}\n`);
  const dev = (entrance: string, more = "") =>
    onAws("", network(there) + entrance + more)
      .replace("environment: production", "environment: development")
      .replace("flowstack.example.com", "next.example.com");
  const found = (text: string) =>
    crossStackProblems([inspect("prod", prod, () => RELEASES), inspect("dev", text, () => RELEASES)]).map(plainLine);
  const taken = [
    "Pulumi.dev.yaml flowfleet:flowstack.aws.entrance.priority: priority 100 is already taken by " +
      "Pulumi.prod.yaml flowfleet:flowstack.aws.entrance.priority; choose another on one of the two sides",
  ];
  expect(found(dev(`      entrance: {${existing}}\n`))).toEqual(taken);
  expect(found(dev(ENTRANCE, `      adopt: {balancer: {https: {id: "${listener}"}}}\n`))).toEqual(taken);
  expect(found(dev(`      entrance: {${existing}, priority: 200}\n`))).toEqual([]);
  expect(found(dev(`      entrance: {${existing.replace("f2f7", "f2f8")}}\n`))).toEqual([]);
  expect(found(dev(ENTRANCE))).toEqual([]);
  const made = dev(ENTRANCE, "      adopt: {balancer: {https: {id: none}}}\n");
  expect(crossStackProblems(["a", "b"].map((name) => inspect(name, made.replace("next", name), () => RELEASES))).map(plainLine)).toEqual([
    expect.stringContaining("environment development is already taken"),
  ]);
  expect(settingsOf(onAws())).toMatchObject({ aws: { entrance: { priority: 100 } } });
  expect(problems(onAws("", `${network()}      entrance: {zone: Z0123456789ABCDEFGHIJ, priority: 5000}\n`))).toEqual([
    `${at}.aws.entrance.priority: must be a whole number; got 5000; allowed: 1 to 4999`,
  ]);
});

it("needs a release of the database only where that is a container", () => {
  const app = RELEASES.split("\n").slice(0, 2).join("\n");
  expect(problems(onAws(), app)).toEqual([]);
  expect(problems(onHost(), app)).toEqual([
    "releases/prod.yaml flowstack.postgres: is missing; allowed: image + digest + version, with builtAt",
  ]);
});

it("refuses an image without digest", () => {
  expect(
    problems(onAws(), 'flowstack: {app: {image: "leadevs/fastflow:latest", digest: latest, builtAt: "2026-11-20T10:00:00Z"}}'),
  ).toEqual([
    expect.stringMatching(
      /^releases\/prod.yaml flowstack.app.image: must be the repository of an image with its registry and without a tag/,
    ),
    expect.stringMatching(/^releases\/prod.yaml flowstack.app.digest: must be the digest of an image/),
  ]);
});

it("runs on a machine or on AWS", () => {
  const neither =
    "config:\n  flowfleet:acme: {email: ops@example.com}\n  flowfleet:flowstack: {environment: production, domain: flowstack.example.com}\n";
  expect(problems(neither)).toEqual([`${at}: says neither on which machine nor where on AWS it runs; allowed: host, aws; set one of them`]);
  const both = onAws("    host: {name: main}\n    directory: /opt/x\n").replace(
    "config:\n",
    `config:\n  flowfleet:hosts: {main: {address: 203.0.113.36, hostKey: ${KEY}, docker: {}, web: true}}\n`,
  );
  expect(problems(both)).toEqual([
    `${at}.host: is not for what runs on AWS; leave out host, or aws`,
    `${at}.directory: is for what runs on a machine; leave it out`,
  ]);
});

const PAIRS =
  "0.25 vCPU: 0.5/1/2 GB, 0.5 vCPU: 1 to 4 GB, 1 vCPU: 2 to 8 GB, 2 vCPU: 4 to 16 GB, 4 vCPU: 8 to 30 GB, " +
  "8 vCPU: 16 to 60 in steps of 4 GB, 16 vCPU: 32 to 120 in steps of 8 GB";
const SECOND_ZONE = "load balancers and databases need a second one for when the first is gone";

it("says all that AWS would not take at once, by the path of each, before anything is made", () => {
  const file = onAws(
    "    limits: {cpus: 1, memory: 9 GB}\n",
    network("zones: [eu-central-1a], cidr: 10.0.0.0/16, others: {office: 10.0.128.0/17, vpn: 10.9.0.0/16}") +
      "      database: {backups: 1 day, publiclyAccessible: true, version: '9.6', storage: 10 GB}\n      logs: 2 days\n",
  );
  const unpinned = 'flowstack: {app: {image: "leadevs/fastflow:latest", builtAt: "2026-11-20T10:00:00Z"}}';
  expect(problems(file, unpinned)).toEqual([
    `${at}.aws.network.zones: must be two or three zones; got "eu-central-1a"; allowed: such as eu-central-1a, eu-central-1b; ${SECOND_ZONE}`,
    `${at}.aws.network.cidr: shares addresses with "office" (10.0.128.0/17); got "10.0.0.0/16"`,
    `${at}.aws.entrance.zone: is missing: HTTPS needs a certificate, which AWS gives to whoever can write into the domain's zone; ` +
      "set the id of the hosted zone in Route 53, or the ARN of a certificate in certificate",
    `${at}.aws.database.version: must be a major version of PostgreSQL: minor ones come by themselves, and AWS goes back to none; got "9.6"; allowed: "14" to "18"`,
    `${at}.aws.database.storage: is too small; got "10 GB"; allowed: from 20 GB`,
    `${at}.aws.database.backups: must be a number of days that AWS keeps backups for; got "1 day"; allowed: 7 to 35 days`,
    `${at}.aws.database.publiclyAccessible: must not be true: the database would have a public address; got true; ` +
      "reach it through the network",
    expect.stringMatching(/aws\.logs: is no time that CloudWatch can keep logs for; got "2 days"; allowed: 1, 3, 5, 7, 14, 30,/),
    `${at}.limits: is no pair of CPU and memory that Fargate has; got "1 vCPU, 9 GB"; allowed: ${PAIRS}`,
    expect.stringMatching(
      /^releases\/prod.yaml flowstack.app.image: must be the repository of an image with its registry and without a tag/,
    ),
    expect.stringMatching(/^releases\/prod.yaml flowstack.app.digest: is missing/),
  ]);
});

it("is given up in time, and reaches what it needs", () => {
  const limits = "    health: {interval: 30 seconds}\n    stopTimeout: 1 minute\n";
  const more = network(
    "zones: [eu-central-1a, eu-central-1b], cidr: 172.16.0.0/16, nat: none, endpoints: false, others: {x: 172.17.0.0/16}",
  );
  const found = problems(onAws(limits, `${more.replace("172.16", "172.17")}${ENTRANCE}      instances: {min: 2, max: 1}\n`));
  expect(found).toEqual([
    `${at}.aws.network.cidr: shares addresses with "Docker itself" (172.17.0.0/16); got "172.17.0.0/16"`,
    `${at}.aws.network.cidr: shares addresses with "x" (172.17.0.0/16); got "172.17.0.0/16"`,
    `${at}.aws.network.endpoints: must not be switched off where nat is none; nothing could be reached at all`,
    `${at}.aws.instances.max: must be at least instances.min, which is 2; got 1`,
    `${at}.health: would let a bad release go on for 498 s until ECS gives it up: 2 x (40 s, if a task starts within them, + startPeriod 50 s + ` +
      "retries 3 x (interval 30 s + timeout 3 s) + stopTimeout 60 s); allowed: at most 300 s; shorten one of them, or run more tasks",
    `${at}.aws.mirror: is missing: without a NAT gateway images come from ECR of eu-central-1 alone; ` +
      'allowed: such as "123456789012.dkr.ecr.eu-central-1.amazonaws.com/leadevs/fastflow"',
  ]);
  expect(
    problems(
      onAws("", `${network("zones: [eu-central-1a, eu-central-1b], nat: none")}${ENTRANCE}      mirror: ghcr.io/leadevs/fastflow\n`),
    ),
  ).toEqual([
    `${at}.aws.mirror: must be in ECR of eu-central-1: without a NAT gateway no other registry is in reach; got "ghcr.io/leadevs/fastflow"; ` +
      'allowed: such as "123456789012.dkr.ecr.eu-central-1.amazonaws.com/leadevs/fastflow"',
  ]);
  const mirrored = "      mirror: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/leadevs/fastflow\n";
  const closed = `${network("zones: [eu-central-1a, eu-central-1b], nat: none")}${ENTRANCE}`;
  expect(problems(onAws("", `${closed}${mirrored}`))).toEqual([]);
  const credentials = "      registryCredentials: arn:aws:secretsmanager:eu-central-1:123456789012:secret:registry-1a2b3c\n";
  expect(problems(onAws("", `${closed}${mirrored}${credentials}`))).toEqual([
    `${at}.aws.registryCredentials: cannot be read: the network has no NAT gateway, and does not reach Secrets Manager; ` +
      "leave it out: the network reaches ECR alone, which needs none",
  ]);
  expect(problems(onAws("", `${closed}${mirrored.replace("eu-central-1", "us-east-1")}`))).toEqual([
    `${at}.aws.mirror: must be in ECR of eu-central-1: without a NAT gateway no other registry is in reach; ` +
      'got "123456789012.dkr.ecr.us-east-1.amazonaws.com/leadevs/fastflow"; ' +
      'allowed: such as "123456789012.dkr.ecr.eu-central-1.amazonaws.com/leadevs/fastflow"',
  ]);
});

it("refuses the guide's password, and what the stack decides", () => {
  const text =
    "    seed: {user: ops@example.com, password: Password1@#}\n    variables: {DATABASE_SSL: 'false', LOG_LEVEL: debug}\n    secrets: {LOG_LEVEL: x}\n";
  const found = problems(onAws(text));
  expect(found).toEqual([
    `${at}.seed.password: is a default or a placeholder that everybody knows; leave it out, and one of 256 bits is generated; if data that exist were made with it, change it there first`,
    `${at}.variables.DATABASE_SSL: is decided by the stack; leave it out`,
    `${at}.variables.LOG_LEVEL: is among the secrets, too; leave it out of one of them`,
  ]);
});

it("takes what stands already, and nothing beside it", () => {
  const subnets =
    "publicSubnets: {eu-central-1a: subnet-0a, eu-central-1b: subnet-0b}, privateSubnets: {eu-central-1a: subnet-1a, eu-central-1b: subnet-1b}";
  const existing = (more = "") =>
    network(`${more}existing: {vpcId: vpc-0abc, cidr: 10.0.0.0/16, ${subnets}}`) +
    "      entrance: {existing: {listener: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/main/50dc/f2f7', securityGroup: sg-0a, dnsName: a.example.com, arnSuffix: app/main/50dc}}\n" +
    "      database: {existing: {address: db.example.com, securityGroupId: sg-0b, passwordParameter: /terraform/db_password}}\n" +
    "      files: {existing: {fileSystemId: fs-0a, securityGroupId: sg-0c}, directory: /, owner: '0:0'}\n";
  expect(settingsOf(onAws("", existing()))).toMatchObject({ aws: { database: { existing: { address: "db.example.com" } } } });
  expect(problems(onAws("", existing("cidr: 10.1.0.0/16, ")))).toEqual([
    `${at}.aws.network.cidr: is for one that is made, and here it exists; leave it out`,
  ]);
  // Whoever made it knows its password, and nobody here does.
  expect(problems(onAws("", existing().replace(/, passwordParameter: [^}]+/, "")))).toEqual([
    `${at}.aws.database.existing.passwordParameter: is missing; must be the name of a parameter such as "/terraform/flowstack/db_password"`,
  ]);
});

it("is refused what is no id of AWS", () => {
  const found = problems(onAws("", network("zones: [frankfurt, eu-west-1a]") + "      entrance: {zone: example.com}\n"));
  expect(found.filter((line) => line.includes(".zone"))).toEqual([
    `${at}.aws.network.zones[0]: must be a zone such as "eu-central-1a"; got "frankfurt"`,
    `${at}.aws.entrance.zone: must be the id of a hosted zone in Route 53 such as "Z0123456789ABCDEFGHIJ"; got "example.com"`,
    `${at}.aws.network.zones: must be zones of eu-central-1; got "frankfurt, eu-west-1a"`,
  ]);
});

it("has a second address only where names are one's own", () => {
  const other = onAws().replace("config:\n", `config:\n  flowfleet:hosts: {}\n`);
  expect(problems(other)).toEqual([]);
  expect(problems(onAws("", network() + "      entrance: {zone: Z01, certificate: 'arn:aws:acm:x'}\n"))).toEqual([
    `${at}.aws.entrance.certificate: excludes zone, by which a certificate is made; leave out one of them`,
  ]);
  expect(settingsOf(onAws("", network() + ENTRANCE))).toBeDefined();
});

const STANDING = "      adopt: {balancer: {balancer: {id: x}}, database: {server: {id: x}}, files: {files: {id: fs-0a}}}\n";
const OWN = network("zones: [eu-central-1a, eu-central-1b]") + "      entrance: {zone: Z0123456789ABCDEFGHIJ}\n";

it("asks for the names, the network and the parts of what is taken over: nobody here knows them", () => {
  const part = (of: string) =>
    `${at}.aws.adopt.${of}: is missing: where there is one, AWS takes no second; allowed: its id, or {id: none} to have it made`;
  expect(problems(onAws("", OWN + STANDING))).toEqual([
    `${at}.aws.adopt.network.vpc: is missing: what stands already stays in its network, and nothing in another one could reach it; ` +
      "name that network here, or in network.existing",
    `${at}.aws.database.name: is missing: AWS cannot change what the database of adopt.database.server has`,
    `${at}.aws.database.role: is missing: AWS cannot change what the database of adopt.database.server has`,
    `${at}.aws.files.directory: is missing: only those who made the share know where the application's files are, and whose`,
    `${at}.aws.files.owner: is missing: only those who made the share know where the application's files are, and whose`,
    ...["balancer.http", "balancer.https", "database.logs-postgresql", "database.logs-upgrade", "files.target-a", "files.target-b"].map(
      part,
    ),
    `${at}.aws.adopt.balancer.name-flowstack.example.com: is missing: the record that leads to the load balancer is there already; allowed: the id <zone>_flowstack.example.com_A, or {id: none} to have it made`,
  ]);
});

it("asks for the network of what exists: groups and targets of another one AWS refuses", () => {
  const listener = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/main/50dc/f2f7";
  const wrong = [
    `${at}.aws.adopt.network.vpc: is missing: what stands already stays in its network, and nothing in another one could reach it; ` +
      "name that network here, or in network.existing",
  ];
  const zones = network("zones: [eu-central-1a, eu-central-1b]");
  const balancer = `      entrance: {existing: {listener: "${listener}", securityGroup: sg-0a, dnsName: a.example.com, arnSuffix: app/main/50dc}}\n`;
  const database =
    "      database: {existing: {address: db.example.com, securityGroupId: sg-0b, passwordParameter: /terraform/db_password}}\n";
  const files = "      files: {existing: {fileSystemId: fs-0a, securityGroupId: sg-0c}, directory: /, owner: '0:0'}\n";
  for (const existing of [balancer, `${ENTRANCE}${database}`, `${ENTRANCE}${files}`]) {
    expect(problems(onAws("", `${zones}${existing}`))).toEqual(wrong);
    expect(problems(onAws("", `${zones}${existing}      adopt: {network: {vpc: {id: vpc-0a}}}\n`))).toEqual([]);
  }
});

it("takes over what is said with all its parts, those that are not there among them", () => {
  const all = STANDING.replace(
    "{balancer: {id: x}}",
    "{balancer: {id: x}, http: {id: none}, https: {id: x}, name-flowstack.example.com: {id: x}}",
  )
    .replace("{server: {id: x}}", "{server: {id: x}, logs-postgresql: {id: none}, logs-upgrade: {id: none}}")
    .replace("{files: {id: fs-0a}}", "{files: {id: fs-0a}, target-a: {id: x}, target-b: {id: none}}, network: {vpc: {id: vpc-0a}}");
  const named = "      database: {name: fastflow, role: postgres}\n      files: {directory: /, owner: '0:0'}\n";
  expect(problems(onAws("", `${OWN}${named}${all}`))).toEqual([]);
});

it("asks who vouches for the database in a region that is newer than what is known here", () => {
  const own = network("zones: [il-central-1a, il-central-1b]") + "      entrance: {zone: Z0123456789ABCDEFGHIJ}\n";
  expect(problems(onAws("", own).replace("region: eu-central-1", "region: il-central-1"))).toEqual([
    expect.stringMatching(/aws\.database\.authorities: is missing: .*il-central-1-bundle\.pem$/),
  ]);
});
