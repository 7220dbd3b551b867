import { Host } from "../host/host";
import { judged } from "../host/judged";
import { record } from "../host/recording";
import { SecretBundle } from "../secrets/secret-bundle";
import { HARDENING_OF_NODE } from "./node-hardening";
import { OneTimeJob } from "./one-time-job";
import type { OneTimeJobArgs } from "./one-time-job";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";

const made = (more: Partial<OneTimeJobArgs> = {}) =>
  record(() => {
    const host = new Host("main", { address: "203.0.113.10", hostKey: KEY });
    const secrets = new SecretBundle("variables", { host, path: "/etc/shop/backend.env", variables: { DB_PASS: { value: "canary" } } });
    return new OneTimeJob("reset", {
      host,
      project: "shop",
      service: "reset",
      word: "november",
      command: ["npm", "run", "db:reset"],
      user: "shop",
      directory: "/home/shop/backend",
      home: "/home/shop",
      environment: { NODE_ENV: "dev_stage" },
      secrets,
      limits: { memory: "1 GB", cpus: 1 },
      ...more,
    });
  });

it("is one call of the helper with its word, and nothing runs when it goes", async () => {
  const { steps } = await made();
  const step = steps.find(({ noun }) => noun === "once");
  expect(step).toMatchObject({ name: "reset-run", removable: false, secrets: ["connection"] });
  expect(step?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:service:OneTimeJob::reset",
    job: "shop-reset",
    word: "november",
    command: ["npm", "run", "db:reset"],
    user: "shop",
    directory: "/home/shop/backend",
    environment: { NODE_ENV: "dev_stage" },
    secrets: { file: "/etc/shop/backend.env" },
    limits: { memory: 1024, cpus: 1, pids: 256 },
    deadline: 600,
    sandbox: [...HARDENING_OF_NODE, "ProtectHome=tmpfs", "BindPaths=/home/shop", "ReadWritePaths=/home/shop"],
  });
  expect(judged(steps)).toEqual([]);
});

it("says all that is wrong at once", async () => {
  await expect(made({ word: "November 2026", command: [], user: "root", directory: "backend", home: "~" })).rejects.toThrow(
    /reset\/word: .*\nreset\/command: .*\nreset\/user: .*\nreset\/directory: .*\nreset\/home: .*/,
  );
});
