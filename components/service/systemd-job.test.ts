import { Host } from "../host/host";
import { record } from "../host/recording";
import { SystemdJob } from "./systemd-job";
import type { SystemdJobArgs } from "./systemd-job";
import { HARDENING } from "../kernel/hardening";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const ARCHIVE = "https://releases.example.com/shop-1.0.tar.gz";
const SUM = "1".repeat(64);

const made = (more: Partial<SystemdJobArgs> = {}) =>
  record(
    () =>
      new SystemdJob("migrator", {
        host: new Host("main", { address: "203.0.113.10", hostKey: KEY }),
        project: "shop",
        service: "migrator",
        release: { archive: ARCHIVE, sha256: SUM, builtAt: "2026-11-20T10:00:00Z" },
        directory: "/opt/shop",
        executable: "bin/migrator",
        user: "shop",
        limits: { memory: "256 MB", cpus: 0.5, pids: 32 },
        ...more,
      }),
  );

it("is one call of the helper that can be taken back", async () => {
  const { steps, outputs } = await made({ arguments: ["up"] });
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatchObject({ name: "migrator-run", noun: "job", removable: true, secrets: ["connection"] });
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:service:SystemdJob::migrator",
    job: "shop-migrator",
    environment: {},
    secrets: null,
    limits: { memory: 256, cpus: 0.5, pids: 32 },
    deadline: 600,
    run: {
      type: "unit",
      release: { archive: ARCHIVE, sha256: SUM, builtAt: "2026-11-20T10:00:00Z" },
      directory: "/opt/shop",
      executable: "bin/migrator",
      arguments: ["up"],
      user: "shop",
      sandbox: HARDENING,
      downloadTimeout: 600,
    },
  });
  expect(outputs["migrator"]).toEqual({ release: `${ARCHIVE}@sha256:${SUM}` });
});

it("says all that is wrong at once", async () => {
  const release = { archive: "http://user:password@releases.example.com/x", sha256: "1", builtAt: "2026-11-20T10:00:00Z" };
  const found = made({ release, directory: "opt", executable: "../up", user: "root", downloadTimeout: "-1 seconds" });
  await expect(found).rejects.toThrow(
    /migrator\/release\/archive: .*\nmigrator\/release\/sha256: .*\nmigrator\/directory: .*\nmigrator\/user: .*\nmigrator\/executable: .*\nmigrator\/downloadTimeout: .*/,
  );
  await expect(found).rejects.not.toThrow(/password@/);
});
