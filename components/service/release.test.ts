import * as pulumi from "@pulumi/pulumi";
import { Host } from "../host/host";
import { record } from "../host/recording";
import { Release } from "./release";
import type { ReleaseSpecification } from "./release";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const SPECIFICATION: ReleaseSpecification = {
  service: "shop-web",
  release: { image: `registry.example.com/shop@sha256:${"0".repeat(64)}`, builtAt: "2026-11-20T10:00:00Z", rollback: false },
  container: "shop-web-00000000",
  compose: { project: "shop", service: "web", directory: "/srv/shop", file: "docker-compose.yml" },
  network: "shop",
  addresses: ["10.90.2.10", "10.90.2.11"],
  port: 80,
  hosts: {},
  environment: { LEVEL: pulumi.output("info") },
  secrets: { file: "/srv/shop/.env", revision: pulumi.output("0123456789ab") },
  user: "101:101",
  readOnly: true,
  tmpfs: {},
  capabilities: [],
  limits: { memory: 64, cpus: 1, pids: 32 },
  logs: { size: 1, files: 1 },
  health: { path: "/", command: ["CMD-SHELL", "true"], interval: 1, timeout: 1, retries: 1, startPeriod: 0 },
  deadline: 2,
  overlap: "allowed",
  drain: 1,
  stopTimeout: 1,
  pullTimeout: 60,
  nginx: {},
  assets: null,
};

it("is one call of the helper that can be taken back, with the specification as it is", async () => {
  const { steps } = await record(
    () => new Release("shop", { host: new Host("main", { address: "203.0.113.10", hostKey: KEY }), specification: SPECIFICATION }),
  );
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatchObject({ name: "shop-switch", noun: "release", removable: true, secrets: ["connection"] });
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:service:Release::shop",
    ...SPECIFICATION,
    environment: { LEVEL: "info" },
    secrets: { file: "/srv/shop/.env", revision: "0123456789ab" },
  });
});

it("lets others wait until it serves, in previews too", async () => {
  await record(
    async () => {
      const host = new Host("main", { address: "203.0.113.10", hostKey: KEY });
      const { applied } = new Release("shop", { host, specification: SPECIFICATION });
      expect(await new Promise((resolve) => applied.apply(resolve))).toContain("command:remote:Command::shop-switch");
    },
    { preview: true },
  );
});
