import { containerDefinitions } from "./task-definition";
import type { TaskText } from "./task-definition";

const TASK: TaskText = {
  container: {
    service: "app",
    port: 3000,
    user: "1000:1000",
    health: {
      path: "/api/v1/ping",
      command: "wget -qO- http://localhost:3000/api/v1/ping",
      interval: "10 seconds",
      startPeriod: "1 minute",
    },
    stopTimeout: "60 seconds",
  },
  image: `leadevs/fastflow@sha256:${"0".repeat(64)}`,
  environment: { PORT: "3000", DATABASE_SSL: "true" },
  secrets: { DATABASE_PASSWORD: "arn:aws:ssm:eu-central-1:123456789012:parameter/flowstack/database" },
  secretsRevision: "8c1f09e4d2ab",
  registryCredentials: undefined,
  named: false,
  mounts: { "/tmp": "tmp", "/data": "share" },
  logs: { group: "/flowstack-prod/app", region: "eu-central-1" },
};

it("says all of a container, in one order", () => {
  expect(JSON.parse(containerDefinitions(TASK))).toEqual([
    {
      name: "app",
      image: `leadevs/fastflow@sha256:${"0".repeat(64)}`,
      essential: true,
      user: "1000:1000",
      privileged: false,
      readonlyRootFilesystem: true,
      portMappings: [{ containerPort: 3000, hostPort: 3000, protocol: "tcp" }],
      environment: [
        { name: "DATABASE_SSL", value: "true" },
        { name: "PORT", value: "3000" },
      ],
      secrets: [{ name: "DATABASE_PASSWORD", valueFrom: "arn:aws:ssm:eu-central-1:123456789012:parameter/flowstack/database" }],
      mountPoints: [
        { sourceVolume: "share", containerPath: "/data", readOnly: false },
        { sourceVolume: "tmp", containerPath: "/tmp", readOnly: false },
      ],
      healthCheck: {
        command: ["CMD-SHELL", "wget -qO- http://localhost:3000/api/v1/ping"],
        interval: 10,
        timeout: 10,
        retries: 3,
        startPeriod: 60,
      },
      stopTimeout: 60,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": "/flowstack-prod/app",
          "awslogs-region": "eu-central-1",
          "awslogs-stream-prefix": "app",
          mode: "non-blocking",
          "max-buffer-size": "25m",
        },
      },
      dockerLabels: { "flowfleet.secrets": "8c1f09e4d2ab" },
    },
  ]);
});

it("is the same text whatever the order of the arguments", () => {
  const turned = { ...TASK, environment: { DATABASE_SSL: "true", PORT: "3000" }, mounts: { "/data": "share", "/tmp": "tmp" } };
  expect(containerDefinitions(turned)).toBe(containerDefinitions(TASK));
});

it("logs in to a registry where it is told to, and has no label without secrets", () => {
  const [only] = JSON.parse(
    containerDefinitions({ ...TASK, registryCredentials: "arn:aws:secretsmanager:x", secretsRevision: undefined }),
  ) as [object];
  expect(only).toMatchObject({ repositoryCredentials: { credentialsParameter: "arn:aws:secretsmanager:x" } });
  expect(only).not.toHaveProperty("dockerLabels");
});
