import { interruption } from "../kernel/interruption";
import { pm2Interruption } from "./interruption";

const SWITCH = { drain: 30, stopTimeout: 20, deadline: 160, port: 80 };

it("promises no interruption where releases may overlap", () => {
  expect(interruption({ ...SWITCH, overlap: "allowed" })).toBe(
    "not interrupted: the new release serves before the old one stops; requests under way get 30 s to end",
  );
});

it("promises as much for one without requests", () => {
  expect(interruption({ drain: 30, stopTimeout: 20, deadline: 40, overlap: "allowed" })).toBe(
    "not interrupted: the new release works before the old one stops, which gets 20 s to end what it is doing",
  );
});

it("says for how long a service that may not overlap is down", () => {
  expect(interruption({ ...SWITCH, overlap: "never" })).toBe(
    "down from the stop of the old release (at most 20 s) until the new one is healthy (at most 160 s); should it not be, the old one starts again",
  );
});

it("says of one in PM2 by which way it switches, and for how many seconds it is down", () => {
  expect(pm2Interruption({ ...SWITCH, instances: 1, way: "port" })).toBe(
    "not interrupted (side by side on two ports, down for 0 s): the new release serves before the old one stops; requests under way get 30 s to end" +
      "; only where the way itself is another than before, the old one stops first, down for at most 180 s",
  );
  expect(pm2Interruption({ ...SWITCH, instances: 1, way: "reload" })).toBe(
    "not interrupted (rolling reload on the fixed port, down for 0 s): the new release serves before the old one stops; requests under way get 20 s to end" +
      "; only where the way itself is another than before, the old one stops first, down for at most 180 s",
  );
  expect(pm2Interruption({ ...SWITCH, instances: 1, way: "stop", downFor: 25 })).toBe(
    "down for about 25 s (stop first): from the stop of the old release (at most 20 s) until the new one is healthy (at most 160 s); " +
      "should it not be, the old one starts again",
  );
  expect(pm2Interruption({ ...SWITCH, instances: 1, way: "stop", downFor: 25, workspace: true })).toMatch(
    /the old one starts again, once the working copy is at its former commit again and that is installed; where somebody worked in it meanwhile, from the working copy as it is then$/,
  );
});

it("counts each process of a release: PM2 ends one after the other", () => {
  expect(pm2Interruption({ ...SWITCH, instances: 3, way: "stop", downFor: 25 })).toMatch(
    /^down for about 25 s \(stop first\): from the stop of the old release \(at most 60 s\)/,
  );
  expect(pm2Interruption({ ...SWITCH, instances: 3, way: "port" })).toMatch(/ the old one stops first, down for at most 220 s$/);
});
