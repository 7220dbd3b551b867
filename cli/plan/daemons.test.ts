import { stackReport } from "./compose";
import { document, madePlan, onMachine } from "./testing/made-plan";

const BESIDE = { isNew: false, environmentOf: () => "production", configuredSecrets: [], unused: [], violations: [], notes: [] };
const unit = (...text: string[]) =>
  document({
    files: { "/etc/systemd/system/api-log.service": { mode: "0644", text } },
    after: ["daemon-reload", "restart api-log.service", "restart rsyslog.service"],
  });
const down = (...steps: Parameters<typeof madePlan>[0]) =>
  stackReport(madePlan(steps), BESIDE).interruptions.map(({ name, way, seconds, what }) => [name, way, seconds, what]);
const restarted = (name: string) => [`${name} on main`, "restart", undefined, `${name} is restarted`];

test("a unit that comes with its file is not there yet, so it does not go down", () => {
  expect(down(onMachine("files", "log-files", { op: "create", inputs: unit("[Unit]") }))).toEqual([restarted("rsyslog")]);
});

test("a unit that stands goes down, also where its file only gets another owner", () => {
  const changed = onMachine("files", "log-files", { op: "update", before: unit("[Unit]"), inputs: unit("[Unit]", "After=a.target") });
  expect(down(changed)).toEqual([restarted("api-log"), restarted("rsyslog")]);
  const former = onMachine("files", "former-files", { op: "delete", inputs: unit("[Unit]") });
  const now = onMachine("files", "log-files", { op: "create", inputs: unit("[Unit]", "After=a.target") });
  expect(down(former, now)).toEqual([restarted("api-log"), restarted("rsyslog")]);
});
