import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Host } from "../host/host";
import { judged } from "../host/judged";
import { record } from "../host/recording";
import { Pm2Daemon } from "./pm2-daemon";
import type { Pm2DaemonArgs } from "./pm2-daemon";
import { pm2RotationText, pm2UnitText } from "./pm2-daemon-text";
import { exposureOf, refusedBySystemd } from "./systemd-analyze";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const COREFLOW = { user: "coreflow", home: "/opt/coreflow", writable: ["/opt/coreflow/logs"], stopTimeout: 60 };
/** Whose home is a person's. */
const AGENT = { user: "agent", home: "/home/agent", writable: ["/home/agent"], stopTimeout: 60 };
const golden = (name: string) =>
  readFileSync(join(__dirname, "golden", name), "utf8")
    .trimEnd()
    .split("\n");

const made = (args: Omit<Pm2DaemonArgs, "host">) =>
  record(() => new Pm2Daemon("pm2", { host: new Host("main", { address: "203.0.113.10", hostKey: KEY }), ...args }));

it("the unit, and the rotation of what the processes print", () => {
  expect(pm2UnitText(COREFLOW)).toEqual(golden("pm2-coreflow.service"));
  expect(pm2RotationText({ user: "coreflow", home: "/opt/coreflow", logs: "/opt/coreflow/logs" })).toEqual(
    golden("pm2-coreflow.logrotate"),
  );
});

it("of people's homes it sees its own alone", () => {
  const others = pm2UnitText({ ...AGENT, home: "/srv/agent", writable: [] });
  const lines = pm2UnitText(AGENT);
  expect(lines.filter((line) => line.startsWith("Protect") && !others.includes(line))).toEqual(["ProtectHome=tmpfs"]);
  expect(lines).toContain("BindPaths=/home/agent");
  expect(lines).toContain("ReadWritePaths=/home/agent/.pm2 /home/agent");
});

it("systemd takes it, and finds an exposure of 2.0 at most", () => {
  for (const unit of [COREFLOW, AGENT]) {
    const files = { [`pm2-${unit.user}.service`]: pm2UnitText(unit) };
    expect(refusedBySystemd(files)).toBe("");
    expect(exposureOf(files)).toBeLessThanOrEqual(2);
  }
});

it("makes PM2's folder and that of the logs, and starts what runs at boot; a change restarts nothing", async () => {
  const { steps, outputs } = await made({
    user: "coreflow",
    home: "/opt/coreflow",
    logs: "/opt/coreflow/logs",
    writable: ["/opt/coreflow/data"],
  });
  expect(steps.map(({ name, noun }) => [name, noun])).toEqual([
    ["pm2-rotation-apt", "packages"],
    ["pm2-unit-files", "files"],
  ]);
  const file = { mode: "0644", user: "root", group: "root" };
  expect(steps[1]?.document).toEqual({
    owner: expect.stringContaining("pm2-unit") as unknown,
    directories: {
      "/opt/coreflow/.pm2": { mode: "0700", user: "coreflow", group: "coreflow" },
      "/opt/coreflow/logs": { mode: "0750", user: "coreflow", group: "coreflow" },
    },
    files: {
      "/etc/systemd/system/pm2-coreflow.service": {
        ...file,
        text: pm2UnitText({ ...COREFLOW, writable: ["/opt/coreflow/logs", "/opt/coreflow/data"] }),
      },
      "/etc/logrotate.d/pm2-coreflow": { ...file, text: golden("pm2-coreflow.logrotate") },
      "/etc/needrestart/conf.d/pm2-coreflow.conf": { ...file, text: golden("pm2-coreflow.needrestart") },
    },
    check: ["systemd"],
    after: ["daemon-reload", "enable pm2-coreflow.service"],
  });
  expect(outputs["pm2"]).toEqual({ unit: "pm2-coreflow.service" });
  expect(judged(steps)).toEqual([]);
});

it("without a folder of their own the logs are PM2's", async () => {
  const { steps } = await made({ user: "agent", home: "/home/agent" });
  expect(Object.keys(steps[1]?.document["directories"] as object)).toEqual(["/home/agent/.pm2"]);
  expect(pm2RotationText({ user: "agent", home: "/home/agent", logs: undefined }).slice(1, 4)).toEqual([
    "/home/agent/.pm2/pm2.log",
    "/home/agent/.pm2/logs/*.log",
    "{",
  ]);
});

it("is refused with everything that is wrong at once, and twice for one account", async () => {
  await expect(made({ user: "root", home: "opt", logs: "logs", writable: ["/a", "b"], stopTimeout: "soon" as "1 second" })).rejects.toThrow(
    [
      'pm2/user: must be the name of an account other than root; got "root"; allowed: such as "flowra"',
      'pm2/home: must be an absolute path of plain characters such as "/srv/shop"; got "opt"',
      'pm2/logs: must be an absolute path of plain characters such as "/srv/shop"; got "logs"',
      'pm2/writable[1]: must be an absolute path of plain characters such as "/srv/shop"; got "b"',
      'pm2/stopTimeout: must be a whole number of seconds, minutes, hours or days such as "5 minutes", got "soon"',
    ].join("\n"),
  );
  await expect(
    record(() => {
      const host = new Host("main", { address: "203.0.113.10", hostKey: KEY });
      new Pm2Daemon("one", { host, user: "coreflow", home: "/opt/coreflow" });
      new Pm2Daemon("two", { host, user: "coreflow", home: "/opt/coreflow" });
    }),
  ).rejects.toThrow('two/user: PM2 of coreflow on host "main" is already used by "one"; choose another');
});
