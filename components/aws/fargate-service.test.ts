import type { Size } from "../kernel/size";
import { FargateService } from "./fargate-service";
import { madeUp } from "./made-up";
import { deployment, revision, scriptedEcs, service as state } from "./testing/scripted-ecs";
import type { Script } from "./testing/scripted-ecs";
import { balancer, CONTAINER, DIGEST, inputsOf, network, PLACE, recorded, secrets, share, tier } from "./testing/tier";
import { Cluster } from "./cluster";
import { SecurityGroup } from "./security-group";
import { startStatements } from "./task-roles";

const IMAGE = `docker.io/leadevs/fastflow@${DIGEST}`;

const definition = (inputs: Record<string, unknown>) =>
  (JSON.parse(String(inputs["containerDefinitions"])) as Record<string, unknown>[])[0] ?? {};

describe("a service", () => {
  it("starts a release beside the one that serves, and ECS goes back to that when it does not work", async () => {
    const found = await recorded(() => tier());
    expect(inputsOf(found, "ecs/service:Service")).toEqual({
      name: "flowstack-prod-app",
      cluster: "arn:made-up:Cluster:cluster-cluster",
      taskDefinition: "arn:made-up:TaskDefinition:app-task",
      desiredCount: 2,
      capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
      forceNewDeployment: true,
      platformVersion: "LATEST",
      deploymentCircuitBreaker: { enable: true, rollback: true },
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      healthCheckGracePeriodSeconds: 80,
      networkConfiguration: { subnets: ["subnet-1a", "subnet-1b"], securityGroups: ["group-group-id"], assignPublicIp: false },
      loadBalancers: [{ targetGroupArn: "arn:made-up:TargetGroup:app-tg", containerName: "app", containerPort: 3000 }],
      enableExecuteCommand: false,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      waitForSteadyState: false,
      tags: { project: "flowfleet", environment: "prod", Name: "flowstack-prod-app" },
    });
    expect(found.outputs["app"]).toEqual({
      release: IMAGE,
      service: "flowstack-prod-app",
      interruption: "not interrupted: the new release serves before the old one stops; requests under way get 30 s to end",
      replaced: "down: requests get 503 until tasks of the new one are healthy (at most 120 s, if they start within 40 s)",
    });
  });

  it("is asked by the load balancer alone, and knows soon that it is broken", async () => {
    const found = await recorded(() => tier({ entrance: { hosts: ["flowstack.example.com"], paths: ["/api/"] }, drain: "1 minute" }));
    expect(inputsOf(found, "lb/targetGroup:TargetGroup")).toMatchObject({
      targetType: "ip",
      port: 3000,
      deregistrationDelay: 60,
      healthCheck: { path: "/api/v1/ping", matcher: "200-399", interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 3 },
    });
    expect(inputsOf(found, "lb/listenerRule:ListenerRule")).toMatchObject({
      listenerArn: "arn:made-up:Listener:balancer-https",
      priority: 10,
      conditions: [{ hostHeader: { values: ["flowstack.example.com"] } }, { pathPattern: { values: ["/api", "/api/*"] } }],
    });
    expect(inputsOf(found, "vpc/securityGroupIngressRule:SecurityGroupIngressRule", "group-from-balancer")).toMatchObject({
      securityGroupId: "group-group-id",
      referencedSecurityGroupId: "balancer-group-group-id",
      fromPort: 3000,
      toPort: 3000,
    });
  });

  it("has its size in Fargate's units, and its processor", async () => {
    const found = await recorded(() => tier({ architecture: "arm64", limits: { cpus: 0.5, memory: "1 GB" } }));
    expect(inputsOf(found, "ecs/taskDefinition:TaskDefinition")).toMatchObject({
      family: "flowstack-prod-app",
      cpu: "512",
      memory: "1024",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "ARM64" },
      skipDestroy: true,
      volumes: [{ name: "tmp" }],
    });
  });

  it("names its secrets, and never says them", async () => {
    const found = await recorded(() => tier({ secrets: secrets(), environment: { PORT: "3000" } }));
    const task = inputsOf(found, "ecs/taskDefinition:TaskDefinition");
    expect(definition(task)).toMatchObject({
      image: IMAGE,
      environment: [{ name: "PORT", value: "3000" }],
      secrets: [{ name: "DATABASE_PASSWORD", valueFrom: "arn:made-up:Parameter:secrets-DATABASE_PASSWORD" }],
      dockerLabels: { "flowfleet.secrets": "1" },
    });
    expect(JSON.stringify(task)).not.toContain("canary");
    const rights = inputsOf(found, "iam/rolePolicy:RolePolicy", "app-execution-rights");
    expect(JSON.parse(String(rights["policy"]))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: "arn:aws:logs:eu-central-1:123456789012:log-group:/flowstack-prod/app:*",
        },
        { Effect: "Allow", Action: "ssm:GetParameters", Resource: ["arn:made-up:Parameter:secrets-DATABASE_PASSWORD"] },
      ],
    });
  });

  it("keeps folders in a share, encrypted on the way and by an access point", async () => {
    const found = await recorded(() => {
      const on = network();
      return tier({ network: on, volumes: { "/data/.flowise": { share: share(on), directory: "/flowstack" } } });
    });
    const task = inputsOf(found, "ecs/taskDefinition:TaskDefinition");
    expect(task["volumes"]).toEqual([
      { name: "tmp" },
      {
        name: "data--flowise",
        efsVolumeConfiguration: {
          fileSystemId: "share-files-id",
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId: "share-flowstack-id", iam: "ENABLED" },
        },
      },
    ]);
    expect(definition(task)["mountPoints"]).toEqual([
      { sourceVolume: "data--flowise", containerPath: "/data/.flowise", readOnly: false },
      { sourceVolume: "tmp", containerPath: "/tmp", readOnly: false },
    ]);
    const rights = inputsOf(found, "iam/rolePolicy:RolePolicy", "app-task-rights");
    expect(JSON.parse(String(rights["policy"]))).toMatchObject({
      Statement: [{ Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"] }],
    });
  });

  it("grows with the load, where it may", async () => {
    const found = await recorded(() => tier({ instances: { min: 2, max: 6 } }));
    expect(inputsOf(found, "appautoscaling/target:Target")).toMatchObject({
      resourceId: "service/flowstack-prod/flowstack-prod-app",
      minCapacity: 2,
      maxCapacity: 6,
    });
    expect(inputsOf(found, "appautoscaling/policy:Policy")).toMatchObject({
      targetTrackingScalingPolicyConfiguration: { targetValue: 60, scaleOutCooldown: 60, scaleInCooldown: 300 },
    });
    expect(found.resources.find(({ name }) => name === "app-service")?.ignoreChanges).toEqual(["desiredCount"]);
  });

  it("leaves the task definition to the pipeline that deploys", async () => {
    const found = await recorded(() => tier({ deployedBy: "ci" }));
    expect(found.resources.find(({ name }) => name === "app-service")?.ignoreChanges).toEqual(["taskDefinition"]);
  });

  it("starts the pipeline's tasks anew where a secret is another, or by hand", async () => {
    const found = await recorded(() =>
      tier({ deployedBy: "ci", secrets: secrets(), cluster: new Cluster("cluster", { place: PLACE, reapply: "2026-12" }) }),
    );
    expect(inputsOf(found, "ecs/service:Service")).toMatchObject({
      forceNewDeployment: true,
      triggers: { secrets: "1", reapply: "2026-12" },
    });
  });

  it("starts its tasks anew by hand", async () => {
    const found = await recorded(() => tier({ cluster: new Cluster("cluster", { place: PLACE, reapply: "2026-12" }) }));
    expect(definition(inputsOf(found, "ecs/taskDefinition:TaskDefinition"))["dockerLabels"]).toEqual({ "flowfleet.reapply": "2026-12" });
    expect(inputsOf(found, "ecs/service:Service")).not.toHaveProperty("triggers");
  });

  it("may run on spare machines, and stays the same service", async () => {
    const found = inputsOf(await recorded(() => tier({ spot: true })), "ecs/service:Service");
    expect(found["capacityProviderStrategies"]).toEqual([{ capacityProvider: "FARGATE_SPOT", weight: 1 }]);
    // Without it the official provider refuses the change.
    expect(found["forceNewDeployment"]).toBe(true);
    expect(found).not.toHaveProperty("launchType");
  });

  it("stops the old release first where two may not run", async () => {
    const found = await recorded(() =>
      tier({
        overlap: "never",
        instances: 1,
        health: { ...CONTAINER.health, startPeriod: "0 seconds", interval: "5 seconds", timeout: "4 seconds" },
        stopTimeout: "10 seconds",
      }),
    );
    expect(inputsOf(found, "ecs/service:Service")).toMatchObject({
      deploymentMinimumHealthyPercent: 0,
      deploymentMaximumPercent: 100,
      // ECS refuses a service that it may spread anew and that has no room for it.
      availabilityZoneRebalancing: "DISABLED",
    });
    expect((found.outputs["app"] as { interruption: string }).interruption).toMatch(/^down from the stop of the old release/);
  });
});

it("fetches from ECR and from private registries with no more rights than that needs", () => {
  const mirror = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/leadevs/fastflow";
  const credentials = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:docker-hub-a1b2c3";
  const statements = startStatements(
    { place: PLACE, release: CONTAINER.release, mirror, registryCredentials: credentials },
    "/flowstack-prod/app",
  );
  expect(statements.slice(1)).toEqual([
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: "arn:aws:ecr:eu-central-1:123456789012:repository/leadevs/fastflow",
    },
    { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: credentials },
  ]);
});

describe("it is refused, with all that is wrong at once,", () => {
  it("when AWS would not take it", async () => {
    await expect(
      recorded(() =>
        tier({
          limits: { cpus: 1, memory: "1 GB" },
          release: { ...CONTAINER.release, image: "leadevs/fastflow:latest", digest: "latest" },
          user: "root",
          environment: { DATABASE_PASSWORD: "x" },
          secrets: secrets(),
          stopTimeout: "3 minutes",
          instances: { min: 3, max: 2 },
          entrance: { priority: 0 },
          logs: { retention: "8 days" },
          health: { path: "ping", command: "true", interval: "1 second" },
          tmpfs: { "/tmp": "30 GB" as Size },
        }),
      ),
    ).rejects.toThrow(
      [
        'app/release/image: must be a repository without tag and digest; got "leadevs/fastflow:latest"',
        'app/release/digest: must be "sha256:" and 64 hexadecimal digits; got "latest"',
        'app/user: must be the numbers of a user other than root and of a group; got "root"; allowed: such as "10001:10001"',
        'app/limits: is no pair of CPU and memory that Fargate has; got "1 vCPU, 1 GB"; allowed: 0.25 vCPU: 0.5/1/2 GB, 0.5 vCPU: 1 to 4 GB, ' +
          "1 vCPU: 2 to 8 GB, 2 vCPU: 4 to 16 GB, 4 vCPU: 8 to 30 GB, 8 vCPU: 16 to 60 in steps of 4 GB, 16 vCPU: 32 to 120 in steps of 8 GB",
        "app/environment/DATABASE_PASSWORD: is a secret, too; leave it out of one of the two",
        "app/tmpfs: must be at most 20480 MB together, got 30720 MB",
        'app/health/path: must be a path such as "/api/health"; got "ping"',
        "app/health/interval: must be a whole number that AWS takes; got 1; allowed: 5 to 300",
        "app/stopTimeout: must be a whole number that AWS takes; got 180; allowed: 2 to 120",
        "app/instances/max: must be a whole number that AWS takes; got 2; allowed: 3 to 1000",
        "app/entrance/priority: must be the number of a route; got 0; allowed: 1 to 4999",
        'app/logs/retention: is no time that CloudWatch can keep logs for; got "8 days"; ' +
          "allowed: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days",
      ].join("\n"),
    );
  });

  it("when the network cannot reach the registry", async () => {
    await expect(recorded(() => tier({ network: network("endpoints") }))).rejects.toThrow(
      'app/release/image: cannot be fetched: the network has no NAT gateway, and reaches ECR of eu-central-1 alone; got "docker.io/leadevs/fastflow"; ' +
        "copy it there and say where by mirror, or give the network a NAT gateway",
    );
    const elsewhere = "123456789012.dkr.ecr.us-east-1.amazonaws.com/leadevs/fastflow";
    await expect(recorded(() => tier({ network: network("endpoints"), mirror: elsewhere }))).rejects.toThrow(
      `app/mirror: cannot be fetched: the network has no NAT gateway, and reaches ECR of eu-central-1 alone; got "${elsewhere}"; ` +
        "copy it there and say where by mirror, or give the network a NAT gateway",
    );
    const mirror = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/leadevs/fastflow";
    const registryCredentials = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:registry-1a2b3c";
    await expect(recorded(() => tier({ network: network("endpoints"), mirror, registryCredentials }))).rejects.toThrow(
      "app/registryCredentials: cannot be read: the network has no NAT gateway, and does not reach Secrets Manager; " +
        "leave it out: the network reaches ECR alone, which needs none",
    );
    const found = await recorded(() => tier({ network: network("endpoints"), mirror }));
    expect(definition(inputsOf(found, "ecs/taskDefinition:TaskDefinition"))["image"]).toBe(`${mirror}@${DIGEST}`);
  });

  it("when another service of the load balancer has its number", async () => {
    await expect(
      recorded(() => {
        const on = network();
        const entrance = { balancer: balancer(on), priority: 1 };
        const group = new SecurityGroup("group", { place: PLACE, vpcId: on.vpcId, role: "app", description: "Tasks" });
        const own = { ...CONTAINER, place: PLACE, cluster: new Cluster("cluster", { place: PLACE }), network: on, group, entrance };
        new FargateService("api", { ...own, service: "api" });
        new FargateService("web", { ...own, service: "web" });
      }),
    ).rejects.toThrow("web/entrance/priority: is that of api; got 1; choose another");
  });
});

describe("an update", () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  /** The service as a program registers it, with ECS saying what the script says. */
  async function updated(script: Script, more: Parameters<typeof tier>[0] = {}, preview = false) {
    const ecs = await scriptedEcs(script);
    Object.assign(process.env, { AWS_ENDPOINT_URL: ecs.url, AWS_ACCESS_KEY_ID: "nobody", AWS_SECRET_ACCESS_KEY: "nothing" });
    const made = (resource: Parameters<typeof madeUp>[0]) => ({
      ...madeUp(resource),
      ...(resource.type === "aws:ecs/taskDefinition:TaskDefinition" && { arn: revision(2) }),
    });
    try {
      const found = await recorded(() => tier(more), { made, preview });
      return { released: (found.outputs["app"] as { release?: string } | undefined)?.release, calls: ecs.calls };
    } finally {
      await ecs.close();
    }
  }

  it("succeeds when what it asked for serves", async () => {
    const { released, calls } = await updated({ DescribeServices: [state([deployment({})])] });
    expect(released).toBe(IMAGE);
    const asked = { action: "DescribeServices", body: { cluster: "flowstack-prod", services: ["flowstack-prod-app"] } };
    expect(calls).toEqual([asked, asked]);
  });

  it("takes what the pipeline deployed, if it is steady", async () => {
    const theirs = { DescribeServices: [state([deployment({ taskDefinition: revision(9) })])] };
    expect((await updated(theirs, { deployedBy: "ci" })).released).toBe(revision(9));
  });

  it("asks nothing in a preview", async () => {
    expect((await updated({}, {}, true)).calls).toEqual([]);
  });
});
