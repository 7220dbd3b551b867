import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Host } from "../host/host";
import { judged } from "../host/judged";
import { record } from "../host/recording";
import { alertText, timerText } from "../host/timer-text";
import { SecretBundle } from "../secrets/secret-bundle";
import { ScheduledJob } from "./scheduled-job";
import type { ScheduledJobArgs } from "./scheduled-job";
import { jobRotationText, jobUnitText } from "./scheduled-job-text";
import type { JobUnitText } from "./scheduled-job-text";
import { exposureOf, refusedBySystemd } from "./systemd-analyze";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const golden = (name: string) =>
  readFileSync(join(__dirname, "golden", name), "utf8")
    .trimEnd()
    .split("\n");

const UNIT: JobUnitText = {
  service: "flatlogic-token-cleanup",
  description: "token clean-up 100%",
  user: "agent",
  directory: "/home/agent/executor/workspace/backend",
  command: ["npm", "run", "db:cleanup-tokens"],
  environment: { NODE_ENV: "dev_stage" },
  onFailure: [],
  secrets: "/etc/flowfleet/x.env",
  logFile: "/home/agent/token-cleanup.log",
  writable: [],
  limits: { memory: 512, cpus: 1, pids: 256 },
  deadline: 600,
};
const JOB = {
  project: "flatlogic",
  service: "token-cleanup",
  schedule: "*-*-* 03:30:00",
  command: UNIT.command,
  user: "agent",
  directory: UNIT.directory,
} as const;

const made = (more: Partial<ScheduledJobArgs> = {}) =>
  record(() => new ScheduledJob("cleanup", { host: new Host("main", { address: "203.0.113.10", hostKey: KEY }), ...JOB, ...more }));

it("the unit, its timer, its alert and the rotation of its log", () => {
  expect(jobUnitText(UNIT)).toEqual(golden("flatlogic-token-cleanup.service"));
  expect(timerText("token clean-up", "*-*-* 03:30:00")).toEqual(golden("flatlogic-token-cleanup.timer"));
  expect(alertText("flatlogic-token-cleanup")).toEqual(golden("flatlogic-token-cleanup-failed.service"));
  expect(jobRotationText("/home/agent/token-cleanup.log", "agent")).toEqual(golden("flatlogic-token-cleanup.logrotate"));
});

it("without a log file it prints to the journal, and writes nowhere", () => {
  const lines = jobUnitText({
    ...UNIT,
    logFile: undefined,
    directory: "/opt/shop",
    command: ["bin/clean", "a b", "$HOME"],
    secrets: undefined,
  });
  expect(lines.filter((line) => !jobUnitText(UNIT).includes(line))).toEqual([
    "WorkingDirectory=/opt/shop",
    'ExecStart="bin/clean" "a b" "$$HOME"',
    "ProtectHome=yes",
  ]);
  expect(lines.join("\n")).not.toMatch(/ReadWritePaths|BindPaths|EnvironmentFile/);
});

it("systemd takes them, and finds an exposure of 2.0 at most", () => {
  const units = {
    "flatlogic-token-cleanup.service": jobUnitText({ ...UNIT, onFailure: ["page@%n.service"] }),
    "flatlogic-token-cleanup-failed.service": alertText("flatlogic-token-cleanup"),
  };
  expect(refusedBySystemd({ ...units, "flatlogic-token-cleanup.timer": timerText("token clean-up", "*-*-* 03:30:00") })).toBe("");
  expect(refusedBySystemd({ ...units, "flatlogic-token-cleanup.timer": timerText("token clean-up", "half past three") })).toContain(
    "half past three",
  );
  expect(exposureOf(units)).toBeLessThanOrEqual(2);
});

it("is one set of files, checked together, whose timer runs from then on", async () => {
  const { steps, outputs } = await record(() => {
    const host = new Host("main", { address: "203.0.113.10", hostKey: KEY });
    const variables = { PASSWORD: { value: pulumi.secret("s3cret-value") } };
    const secrets = new SecretBundle("secrets", { host, path: "/etc/flowfleet/x.env", variables });
    new ScheduledJob("cleanup", {
      host,
      ...JOB,
      description: "token clean-up 100%",
      environment: { NODE_ENV: pulumi.output("dev_stage") },
      secrets,
      logFile: "/home/agent/token-cleanup.log",
    });
  });
  const own = steps.filter(({ name }) => name.startsWith("cleanup"));
  expect(own.map(({ name, noun, removable, secrets }) => [name, noun, removable, secrets])).toEqual([
    ["cleanup-rotation-apt", "packages", true, ["connection"]],
    ["cleanup-timer-files", "files", true, ["connection"]],
  ]);
  const file = { mode: "0644", user: "root", group: "root" };
  expect(own[1]?.document).toEqual({
    owner: expect.stringContaining("cleanup-timer") as unknown,
    files: {
      "/etc/systemd/system/flatlogic-token-cleanup.service": { ...file, text: golden("flatlogic-token-cleanup.service") },
      "/etc/systemd/system/flatlogic-token-cleanup-failed.service": { ...file, text: golden("flatlogic-token-cleanup-failed.service") },
      "/etc/systemd/system/flatlogic-token-cleanup.timer": { ...file, text: timerText("token clean-up 100%", "*-*-* 03:30:00") },
      "/etc/logrotate.d/flatlogic-token-cleanup": { ...file, text: golden("flatlogic-token-cleanup.logrotate") },
    },
    check: ["systemd"],
    after: ["daemon-reload", "restart flatlogic-token-cleanup.timer", "enable flatlogic-token-cleanup.timer"],
  });
  expect(outputs["cleanup"]).toEqual({ unit: "flatlogic-token-cleanup.service" });
  expect(judged(steps)).toEqual([]);
});

it("is refused with everything that is wrong at once", async () => {
  await expect(
    made({
      schedule: "daily; rm",
      command: [],
      onFailure: ["page", "page.service"],
      user: "root",
      directory: "backend",
      environment: { "NOT-A-NAME": "" },
      logFile: "log",
      writable: ["x"],
      limits: { memory: "1 TB" as "1 GB", cpus: 0 },
      deadline: "soon" as "1 second",
    }),
  ).rejects.toThrow(
    [
      'cleanup/schedule: must be a time as systemd writes it such as "*-*-* 03:30:00"; got "daily; rm"',
      "cleanup/command: must be a program and its arguments",
      'cleanup/onFailure[0]: must be a unit such as "page.service"; got "page"',
      'cleanup/user: must be the name of an account other than root; got "root"; allowed: such as "flowra"',
      'cleanup/directory: must be an absolute path of plain characters such as "/srv/shop"; got "backend"',
      'cleanup/environment: is no name of a variable; got "NOT-A-NAME"',
      'cleanup/logFile: must be an absolute path of plain characters such as "/srv/shop"; got "log"',
      'cleanup/writable[0]: must be an absolute path of plain characters such as "/srv/shop"; got "x"',
      'cleanup/limits/memory: must be a size above zero such as "50 MB", got "1 TB"',
      "cleanup/limits/cpus: must be at least 0.01; got 0",
      'cleanup/deadline: must be a whole number of seconds, minutes, hours or days such as "5 minutes", got "soon"',
    ].join("\n"),
  );
});
