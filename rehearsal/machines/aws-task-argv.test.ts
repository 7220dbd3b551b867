import { healthArgv, patienceOf, taskArgv } from "./aws-task-argv";

const container = {
  name: "app",
  user: "1000:1000",
  readonlyRootFilesystem: true,
  stopTimeout: 60,
  linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
  environment: [{ name: "PORT", value: "3000" }],
  secrets: [{ name: "DATABASE_PASSWORD", valueFrom: "arn:aws:ssm:eu-central-1:123456789012:parameter/flow/password" }],
  mountPoints: [
    { sourceVolume: "files", containerPath: "/files" },
    { sourceVolume: "own", containerPath: "/tmp" },
  ],
  healthCheck: { command: ["CMD-SHELL", "wget -q http://127.0.0.1:3000/"], interval: 15, timeout: 5, retries: 3, startPeriod: 60 },
};
const shares = new Map([["files", "flow-files"]]);

test("Docker is told what the task definition says, and no secret", () => {
  expect(taskArgv({ cpu: "512", memory: "1024" }, container, shares)).toEqual([
    "--no-healthcheck",
    "--init",
    "--read-only",
    "--user=1000:1000",
    "--cap-drop=ALL",
    "--cpus=0.5",
    "--memory=1024m",
    "--stop-timeout=60",
    "--volume=flow-files:/files",
    "--volume=/tmp",
    "--env=PORT=3000",
  ]);
});

test("what may only be read is only read; what is not said is not told", () => {
  const mountPoints = [{ sourceVolume: "files", containerPath: "/files", readOnly: true }];
  expect(taskArgv({}, { mountPoints }, shares)).toEqual(["--no-healthcheck", "--volume=flow-files:/files:ro"]);
});

test("it is asked for its health as ECS would ask, and for as long", () => {
  expect([healthArgv(container), patienceOf(container)]).toEqual([["sh", "-c", "wget -q http://127.0.0.1:3000/"], 120]);
  expect(healthArgv({ healthCheck: { command: ["CMD", "/healthy", "--now"] } })).toEqual(["/healthy", "--now"]);
  expect([healthArgv({}), patienceOf({})]).toEqual([["true"], 105]);
});
