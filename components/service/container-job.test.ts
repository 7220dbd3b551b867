import { Host } from "../host/host";
import { record } from "../host/recording";
import { SecretBundle } from "../secrets/secret-bundle";
import { ContainerJob } from "./container-job";
import type { ContainerJobArgs } from "./container-job";
import { ContainerNetwork } from "./container-network";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const DIGEST = `sha256:${"1".repeat(64)}`;

const made = (more: Partial<ContainerJobArgs> = {}, rotation = "first") =>
  record(() => {
    const host = new Host("main", { address: "203.0.113.10", hostKey: KEY });
    const network = new ContainerNetwork("net", { host, network: "shop", subnet: "10.90.2.0/24" });
    const secrets = new SecretBundle("secrets", { host, path: "/srv/shop/.env", variables: { A: { generate: "hex", rotation } } });
    return new ContainerJob("migrator", {
      host,
      network,
      project: "shop",
      service: "migrator",
      release: { image: "registry.example.com/shop/migrator", digest: DIGEST, builtAt: "2026-11-20T10:00:00Z" },
      command: ["up"],
      environment: { LEVEL: "info" },
      secrets,
      user: "10001:10001",
      limits: { memory: "256 MB", cpus: 0.5 },
      ...more,
    });
  });

const jobOf = async (...how: Parameters<typeof made>) => (await made(...how)).steps.find(({ noun }) => noun === "job");

it("is one call of the helper that can be taken back", async () => {
  const { steps, outputs } = await made({ neighbours: ["api"], deadline: "5 minutes" });
  const step = steps.at(-1);
  expect(step).toMatchObject({ name: "migrator-run", noun: "job", removable: true, secrets: ["connection"] });
  expect(step?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:service:ContainerJob::migrator",
    job: "shop-migrator",
    environment: { LEVEL: "info" },
    secrets: { file: "/srv/shop/.env" },
    limits: { memory: 256, cpus: 0.5, pids: 256 },
    deadline: 300,
    run: {
      type: "container",
      release: { image: `registry.example.com/shop/migrator@${DIGEST}`, builtAt: "2026-11-20T10:00:00Z" },
      command: ["up"],
      network: "shop",
      hosts: { api: "10.90.2.1" },
      user: "10001:10001",
      tmpfs: { "/tmp": 64 },
      pullTimeout: 600,
    },
  });
  expect(outputs["migrator"]).toEqual({ release: `registry.example.com/shop/migrator@${DIGEST}` });
});

it("does not run again for a rotated secret or a release that goes back to the same build, but for another one", async () => {
  const first = await jobOf();
  const { image, digest } = { image: "registry.example.com/shop/migrator", digest: DIGEST };
  expect((await jobOf({}, "second"))?.document).toEqual(first?.document);
  const back = { image, digest, builtAt: "2026-11-20T10:00:00Z", rollback: true };
  expect((await jobOf({ release: back }))?.document).toEqual(first?.document);
  expect((await jobOf({ release: { image, digest, builtAt: "2026-11-21T10:00:00Z" } }))?.document).not.toEqual(first?.document);
  const other = `sha256:${"2".repeat(64)}`;
  expect((await jobOf({ release: { image, digest: other, builtAt: "2026-11-20T10:00:00Z" } }))?.document).not.toEqual(first?.document);
});

it("says all that is wrong at once", async () => {
  await expect(
    made({
      service: "Migrator",
      release: { image: "shop:latest", digest: "sha256:1", builtAt: "yesterday" },
      user: "root",
      environment: { "A-B": "" },
      limits: { memory: "1 KB", cpus: 0, pids: 0 },
      deadline: "1.5 seconds",
      neighbours: ["A"],
    }),
  ).rejects.toThrow(
    new RegExp(
      [
        'migrator/service: .*"Migrator"',
        'migrator/environment: is no name of a variable; got "A-B"',
        "migrator/limits/memory: .*",
        "migrator/limits/cpus: must be at least 0.01; got 0",
        "migrator/limits/pids: must be at least 1; got 0",
        'migrator/deadline: .*"1.5 seconds"',
        "migrator/release/image: must be a repository without tag and digest.*",
        "migrator/release/digest: .*",
        'migrator/release/builtAt: .*"yesterday"',
        'migrator/user: .*got "root".*',
        "migrator/neighbours\\[0\\]: .*",
      ].join("\n"),
    ),
  );
});
