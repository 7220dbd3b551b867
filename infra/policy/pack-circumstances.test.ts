import { circumstances } from "./pack-circumstances";
import { NO_SETTINGS } from "./settings";

const NOW = new Date("2026-11-21T23:30:00Z");
const config = (policies: unknown) => ({
  PULUMI_NODEJS_STACK: "dev",
  PULUMI_CONFIG: JSON.stringify({ "flowfleet:policies": JSON.stringify(policies) }),
});

it("are the stack and the settings that Pulumi hands over, on this day in UTC", () => {
  expect(circumstances(config({ levels: { "database-port": "advisory" } }), NOW)).toEqual({
    environment: "dev",
    today: "2026-11-21",
    settings: { levels: { "database-port": "advisory" }, exceptions: [] },
  });
});

it("without a stack, or settings of it, everything counts", () => {
  expect(circumstances({}, NOW)).toEqual({ environment: "", today: "2026-11-21", settings: NO_SETTINGS });
  expect(circumstances(config({}), NOW).settings).toEqual(NO_SETTINGS);
});

it("settings that are wrong are refused, all of them, without a stack trace", () => {
  const wrong = () => circumstances(config({ levels: { "database-prot": "advisory" }, exceptions: [{ rule: "database-port" }] }), NOW);
  expect(wrong).toThrow('flowfleet:policies.levels.database-prot: is no rule; did you mean "database-port"?');
  expect(wrong).toThrow("flowfleet:policies.exceptions[0].reason: is missing");
});
