import { Host } from "../host/host";
import { record } from "../host/recording";
import { Liveness } from "./liveness";
import type { LivenessArgs } from "./liveness";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";

const made = (...all: Partial<LivenessArgs>[]) =>
  record(() => {
    const host = new Host("main", { address: "203.0.113.10", hostKey: KEY });
    return all.map(
      (more, index) =>
        new Liveness(`check-${index}`, {
          host,
          service: "shop-api",
          target: { service: "shop-api" },
          probe: { path: "/health", port: 8080 },
          ...more,
        }),
    );
  });

it("is one call of the helper that can be taken back, with the probe of the guide", async () => {
  const { steps } = await made({});
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatchObject({ name: "check-0-timer", noun: "liveness", removable: true, secrets: ["connection"] });
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:service:Liveness::check-0",
    service: "shop-api",
    target: { service: "shop-api" },
    probe: { path: "/health", port: 8080 },
    every: 10,
    timeout: 5,
    failures: 3,
    startPeriod: 30,
  });
});

it("asks containers by a command too, and what nobody can ask by its process", async () => {
  const { steps } = await made(
    { service: "shop-db", target: { container: "shop-db" }, probe: { command: ["pg_isready"] }, startPeriod: "2 minutes" },
    { service: "shop-worker", target: { service: "shop-worker" }, probe: { process: true }, every: "20 seconds", failures: 1 },
  );
  expect(
    steps.map(({ document: { target, probe, every, failures, startPeriod } }) => [target, probe, every, failures, startPeriod]),
  ).toEqual([
    [{ container: "shop-db" }, { command: ["pg_isready"] }, 10, 3, 120],
    [{ service: "shop-worker" }, { process: true }, 20, 1, 30],
  ]);
});

it("says all that is wrong at once", async () => {
  await expect(
    made({ service: "A", probe: { path: "health", port: 0 }, every: "0 seconds", timeout: "1 year" as never, failures: 0 }),
  ).rejects.toThrow(
    /check-0\/service: .*\ncheck-0\/probe\/path: .*\ncheck-0\/probe\/port: .*\ncheck-0\/every: must be at least a second.*\ncheck-0\/timeout: .*\ncheck-0\/failures: .*/,
  );
  await expect(made({ probe: { command: [] }, target: { service: "b c" } })).rejects.toThrow(
    /check-0\/target\/service: .*\ncheck-0\/probe\/command: is for a container; .*\ncheck-0\/probe\/command: must not be empty/,
  );
  await expect(made({ target: { container: "" } })).rejects.toThrow(/check-0\/target\/container: /);
});

it("watches a thing once", async () => {
  await expect(made({}, {})).rejects.toThrow(/check-1\/service: .*liveness check shop-api/);
});
