import { rdsAuthorities } from "../../components/aws/rds-authorities";
import type { Recording } from "../../components/host/recording";
import { HEALTH_COMMAND } from "./guide";
import { onAws, onHost, runOnAws, runOnHost } from "./testing/program";

const of = ({ resources }: Recording, name: string) => {
  const found = resources.find((one) => one.name === name);
  if (!found) throw new Error(`${name} is none of ${resources.map((one) => one.name).join(", ")}`);
  return found.inputs;
};
const names = ({ resources }: Recording) => resources.map(({ name }) => name);
const definition = (found: Recording) =>
  (JSON.parse(String(of(found, "flowstack-app-task")["containerDefinitions"])) as Record<string, unknown>[])[0] ?? {};

describe("on AWS", () => {
  it("has every variable of the guide, the secret ones by reference", async () => {
    const found = await runOnAws(onAws("    variables: {LOG_LEVEL: debug}\n    secrets: {OPENAI_API_KEY: canary}\n"));
    const container = definition(found);
    expect(container["environment"]).toEqual(
      [
        ["APIKEY_PATH", "/usr/src/.flowise"],
        ["BLOB_STORAGE_PATH", "/usr/src/.flowise/storage"],
        ["CORE_SERVER_URL", "http://localhost:3001"],
        ["CORE_UI_URL", "http://localhost:8080"],
        ["DATABASE_HOST", "flowstack-database-server.made-up.invalid"],
        ["DATABASE_NAME", "flowstack"],
        ["DATABASE_PORT", "5432"],
        ["DATABASE_REJECT_UNAUTHORIZED", "true"],
        ["DATABASE_SSL", "true"],
        ["DATABASE_SSL_KEY_BASE64", Buffer.from(rdsAuthorities("eu-central-1")).toString("base64")],
        ["DATABASE_TYPE", "postgres"],
        ["DATABASE_USER", "flowstack_admin"],
        ["FLOWISE_USERNAME", "hafiz@leadevs.com"],
        ["HOME", "/usr/src/.flowise"],
        ["LOG_LEVEL", "debug"],
        ["LOG_PATH", "/tmp/logs"],
        ["PORT", "3000"],
        ["PROXY_PORT", "3000"],
        ["SECRETKEY_PATH", "/usr/src/.flowise"],
      ].map(([name, value]) => ({ name, value })),
    );
    expect(container["secrets"]).toEqual(
      ["DATABASE_PASSWORD", "FLOWISE_PASSWORD", "OPENAI_API_KEY"].map((name) => ({
        name,
        valueFrom: `arn:made-up:Parameter:flowstack-secrets-${name}`,
      })),
    );
    expect(container["healthCheck"]).toEqual({
      command: ["CMD-SHELL", HEALTH_COMMAND],
      interval: 10,
      timeout: 3,
      retries: 3,
      startPeriod: 50,
    });
  });

  it("verifies its database by certificates that are given, in a region where AWS's own are not known", async () => {
    const file = (more: string) =>
      onAws(
        "",
        `      network: {zones: [il-central-1a, il-central-1b]}
      entrance: {zone: Z0123456789ABCDEFGHIJ}
${more}`,
      ).replace("region: eu-central-1", "region: il-central-1");
    const pem = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n";
    const found = await runOnAws(file(`      database: {authorities: ${JSON.stringify(pem)}}\n`));
    expect(definition(found)["environment"]).toContainEqual({
      name: "DATABASE_SSL_KEY_BASE64",
      value: Buffer.from(pem).toString("base64"),
    });
    await expect((async () => runOnAws(file("")))()).rejects.toThrow(/authorities: is missing: .*il-central-1-bundle\.pem/);
  });

  it("says no secret but to Parameter Store and the database", async () => {
    const found = await runOnAws(onAws("    secrets: {OPENAI_API_KEY: canary}\n"));
    const known = /canary|flowstack-(?:seed|database)-password/;
    const told = found.resources.filter(({ inputs }) => known.test(JSON.stringify(inputs)));
    expect(told.map(({ name, secrets }) => [name, secrets]).sort()).toEqual([
      ["flowstack-database-server", ["password"]],
      ["flowstack-secrets-DATABASE_PASSWORD", ["value"]],
      ["flowstack-secrets-FLOWISE_PASSWORD", ["value"]],
      ["flowstack-secrets-OPENAI_API_KEY", ["value"]],
    ]);
  });

  it("keeps its files in the share, whose access point is the container's user", async () => {
    const found = await runOnAws(onAws("    user: '1001:1002'\n    mount: /data\n"));
    expect(definition(found)).toMatchObject({ user: "1001:1002" });
    expect(definition(found)["mountPoints"]).toContainEqual({ sourceVolume: "data", containerPath: "/data", readOnly: false });
    expect(of(found, "flowstack-files-flowstack")).toMatchObject({
      posixUser: { uid: 1001, gid: 1002 },
      rootDirectory: { path: "/flowstack" },
    });
    // What the container has there is what the application writes.
    const environment = definition(found)["environment"] as { name: string; value: string }[];
    for (const name of ["SECRETKEY_PATH", "APIKEY_PATH", "HOME"]) expect(environment).toContainEqual({ name, value: "/data" });
    expect(environment).toContainEqual({ name: "BLOB_STORAGE_PATH", value: "/data/storage" });
  });

  it("takes over a database and files under the names that they have", async () => {
    const standing = `      network: {zones: [eu-central-1a, eu-central-1b]}
      entrance: {zone: Z0123456789ABCDEFGHIJ}
      database: {name: fastflow, role: postgres}
      files: {directory: /, owner: "0:0"}
      adopt:
        network: {vpc: {id: vpc-0abc}}
        database: {server: {id: fastflow-db}, logs-postgresql: {id: none}, logs-upgrade: {id: none}}
        files: {files: {id: fs-0abc}, target-a: {id: fsmt-0abc}, target-b: {id: none}}
`;
    const found = await runOnAws(onAws("", standing));
    const environment = definition(found)["environment"];
    expect(environment).toContainEqual({ name: "DATABASE_NAME", value: "fastflow" });
    expect(environment).toContainEqual({ name: "DATABASE_USER", value: "postgres" });
    expect(of(found, "flowstack-database-server")).toMatchObject({ dbName: "fastflow", username: "postgres" });
    expect(of(found, "flowstack-files-root")).toMatchObject({ posixUser: { uid: 0, gid: 0 }, rootDirectory: { path: "/" } });
  });

  it("lets each tier reach the next, and nobody else", async () => {
    const found = await runOnAws();
    const rules = found.resources.filter(({ type }) => type.endsWith(":SecurityGroupIngressRule")).map(({ inputs }) => inputs);
    expect(
      rules
        .map(({ securityGroupId, referencedSecurityGroupId, cidrIpv4, fromPort }) => [
          securityGroupId,
          referencedSecurityGroupId ?? cidrIpv4,
          fromPort,
        ])
        .sort(),
    ).toEqual([
      ["flowstack-app-group-group-id", "flowstack-balancer-group-group-id", 3000],
      ["flowstack-balancer-group-group-id", "0.0.0.0/0", 443],
      ["flowstack-balancer-group-group-id", "0.0.0.0/0", 80],
      ["flowstack-database-group-group-id", "flowstack-app-group-group-id", 5432],
      ["flowstack-files-group-group-id", "flowstack-app-group-group-id", 2049],
    ]);
  });

  it("is ready for production unless something else is said", async () => {
    const found = await runOnAws();
    expect(of(found, "flowstack-database-server")).toMatchObject({
      engineVersion: "15",
      multiAz: true,
      storageEncrypted: true,
      publiclyAccessible: false,
      deletionProtection: true,
      backupRetentionPeriod: 7,
      autoMinorVersionUpgrade: true,
    });
    expect(of(found, "flowstack-balancer-balancer")).toMatchObject({ enableDeletionProtection: true, idleTimeout: 300 });
    expect(of(found, "flowstack-app-scaling")).toMatchObject({ minCapacity: 2, maxCapacity: 4 });
  });

  it("makes no role that goes beyond what the pipeline may give, where one deploys it", async () => {
    const place = `      boundary: true
      network: {zones: [eu-central-1a, eu-central-1b]}
      entrance: {zone: Z0123456789ABCDEFGHIJ}
`;
    const limits = async (file?: string) =>
      (await runOnAws(file)).resources
        .filter(({ type }) => type === "aws:iam/role:Role")
        .map(({ inputs }) => inputs["permissionsBoundary"]);
    const limit = "arn:aws:iam::123456789012:policy/deploy/flowstack-production-boundary";
    expect(await limits(onAws("", place))).toEqual([limit, limit, limit, limit]);
    expect(await limits()).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("makes nothing of what exists", async () => {
    const existing = `      network: {existing: {vpcId: vpc-0abc, cidr: 10.0.0.0/16, publicSubnets: {eu-central-1a: subnet-0a, eu-central-1b: subnet-0b}, privateSubnets: {eu-central-1a: subnet-1a, eu-central-1b: subnet-1b}}}
      entrance: {existing: {listener: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/main/50dc/f2f7", securityGroup: sg-0a, dnsName: a.example.com, arnSuffix: app/main/50dc}, priority: 200}
      database: {existing: {address: db.example.com, securityGroupId: sg-0b, passwordParameter: /terraform/db_password}}
      files: {existing: {fileSystemId: fs-0a, securityGroupId: sg-0c}, directory: /files, owner: "1000:1000"}
`;
    const found = await runOnAws(onAws("", existing));
    const ofAws = found.resources.filter(({ type }) => type.startsWith("aws:"));
    const types = new Set(ofAws.map(({ type }) => type.split(":").at(-1)));
    for (const none of ["Vpc", "Subnet", "LoadBalancer", "Listener", "FileSystem", "Instance", "Certificate"])
      expect([...types]).not.toContain(none);
    expect(definition(found)["environment"]).toContainEqual({ name: "DATABASE_HOST", value: "db.example.com" });
    expect(of(found, "flowstack-app-rule-0")).toMatchObject({ priority: 2000 });
    expect(definition(found)["secrets"]).toContainEqual({
      name: "DATABASE_PASSWORD",
      valueFrom: "arn:aws:ssm:eu-central-1:123456789012:parameter/terraform/db_password",
    });
    expect(names(found)).not.toContain("flowstack-database-password");
    expect(definition(found)["image"]).toMatch(/^docker\.io\/leadevs\/fastflow@sha256:/);
    // Whoever has the database and the load balancer watches them.
    expect(of(found, "flowstack-alarms-no-answer")).toMatchObject({ metricName: "HealthyHostCount", treatMissingData: "breaching" });
    expect(names(found).filter((name) => name.startsWith("flowstack-alarms-database"))).toEqual([]);
  });
});

describe("on a machine", () => {
  it("is the same container, with its database beside it", async () => {
    const { steps } = await runOnHost();
    const release = steps.find(({ noun }) => noun === "release")?.document;
    expect(release).toMatchObject({
      service: "flowstack-app",
      container: "flowstack-app-1a2b3c4d",
      port: 3000,
      overlap: "never",
      folders: { "/usr/src/.flowise": "/opt/flowstack/data" },
      environment: {
        APIKEY_PATH: "/usr/src/.flowise",
        BLOB_STORAGE_PATH: "/usr/src/.flowise/storage",
        CORE_SERVER_URL: "http://localhost:3001",
        CORE_UI_URL: "http://localhost:8080",
        DATABASE_HOST: "10.94.2.12",
        DATABASE_NAME: "flowstack",
        DATABASE_PORT: "5432",
        DATABASE_SSL: "false",
        DATABASE_TYPE: "postgres",
        DATABASE_USER: "flowstack_admin",
        FLOWISE_USERNAME: "hafiz@leadevs.com",
        HOME: "/usr/src/.flowise",
        LOG_PATH: "/tmp/logs",
        PORT: "3000",
        PROXY_PORT: "3000",
        SECRETKEY_PATH: "/usr/src/.flowise",
      },
      health: { path: "/api/v1/ping", command: ["CMD-SHELL", HEALTH_COMMAND], interval: 10, timeout: 3, retries: 3, startPeriod: 50 },
    });
  });

  it("has its secrets in a file that root alone reads", async () => {
    const { steps } = await runOnHost(onHost("    secrets: {OPENAI_API_KEY: canary}\n"));
    const file = steps.find(({ name }) => name === "flowstack-secrets-file-files");
    expect(file?.secrets).toContain("stdin");
    expect(file?.document).toMatchObject({ files: { "/opt/flowstack/.env": { mode: "0600" } } });
    const others = steps.filter((step) => step !== file && JSON.stringify(step.document).includes("canary"));
    expect(others).toEqual([]);
  });

  it("makes nothing of AWS", async () => {
    expect(names(await runOnHost()).filter((name) => name.includes("aws"))).toEqual([]);
  });
});
