import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Lines } from "../kernel/lines";
import { followerText, rotationText } from "./log-file";
import { unitText } from "./unit-text";
import type { UnitText } from "./unit-text";

const API: UnitText = {
  service: "flowra-api",
  description: "Flowra API Server",
  user: "flowra",
  directory: "/opt/flowra",
  executable: "bin/api",
  arguments: [],
  environment: { FLOWRA_ENV: "production" },
  addressVariable: "FLOWRA_SERVER_HOST",
  secrets: true,
  stopTimeout: 30,
  limits: { memory: 2048, cpus: 2, pids: 256 },
  reservations: { memory: 1024, cpus: 1 },
};
const text = (lines: Lines) => lines.map((line) => `${line}\n`).join("");
const golden = (name: string) => readFileSync(join(__dirname, "golden", name), "utf8");

it("the unit of one release", () => {
  expect(text(unitText(API))).toBe(golden("flowra-api.service"));
});

it("one that sees files of the machine elsewhere", () => {
  const lines = unitText({ ...API, mounts: { "/opt/flowra/configs": "/opt/flowra/configs/1a2b" } });
  expect(lines.filter((line) => !unitText(API).includes(line))).toEqual(["BindReadOnlyPaths=/opt/flowra/configs/1a2b:/opt/flowra/configs"]);
});

it("one without requests, secrets and reservations", () => {
  const lines = unitText({ ...API, addressVariable: undefined, secrets: false, reservations: undefined, environment: {} });
  expect(unitText(API).filter((line) => !lines.includes(line))).toEqual([
    'Environment="FLOWRA_ENV=production"',
    'Environment="FLOWRA_SERVER_HOST=@address@"',
    "EnvironmentFile=@environment@",
    "MemoryMin=1024M",
    "CPUWeight=100",
  ]);
});

it("what systemd would replace stays as it was written", () => {
  const lines = unitText({
    ...API,
    description: "100 %",
    environment: { ODD: 'a "b" \\c %d $e' },
    arguments: ["--rate=100%", "a b", "$HOME"],
  });
  expect(lines).toContain("Description=100 %%");
  expect(lines).toContain('Environment="ODD=a \\"b\\" \\\\c %%d $e"');
  expect(lines).toContain('ExecStart=@release@/bin/api "--rate=100%%" "a b" "$$HOME"');
});

it("the follower of its journal, and the rotation of what it writes", () => {
  expect(text(followerText("flowra-api", "/var/log/flowra/api.log"))).toBe(golden("flowra-api-log.service"));
  expect(text(rotationText("/var/log/flowra/api.log"))).toBe(golden("flowra-api.logrotate"));
});
