import * as pulumi from "@pulumi/pulumi";
import { record } from "../host/recording";
import { ContainerNetwork } from "../service/container-network";
import { exampleHost, examplePlace } from "./example-place";
import { Redis } from "./redis";
import { redisKernelText, redisText } from "./redis-text";
import { RedisUsers } from "./redis-users";

const PASSWORDS = { application: pulumi.secret("app-word"), administrator: pulumi.secret("boss-word") };

const program = (retire: boolean) =>
  record(() => {
    const host = exampleHost();
    const network = new ContainerNetwork("net", { host, network: "flowra-network", subnet: "10.91.1.0/24" });
    const redis = new Redis("redis", {
      ...examplePlace(host, network, "redis", 4),
      image: { ...examplePlace(host, network, "redis", 4).image, version: "7.2.4" },
      volume: "redis_data",
      applicationPassword: PASSWORDS.application,
      administratorPassword: PASSWORDS.administrator,
    });
    if (retire) new RedisUsers("retired", { host, redis, ...PASSWORDS, retire: redis.users });
  });

it("has the whole of redis.conf", () => {
  expect(redisText({ users: "/run/flowfleet/users.acl", memory: 1024 })).toEqual([
    "# Written by Flowfleet; a change makes the container anew.",
    "dir /data",
    "appendonly yes",
    "appendfsync everysec",
    "# In the place of requirepass: the application is user default, whose password is here as a hash.",
    "aclfile /run/flowfleet/users.acl",
    "maxmemory 768mb",
    "maxmemory-policy noeviction",
  ]);
});

it("is a container with its users in a file that is there before it", async () => {
  const { resources, steps } = await program(false);
  const container = resources.find(({ type }) => type === "docker:index/container:Container");
  expect(container?.inputs).toMatchObject({
    name: "flowra-redis",
    command: ["redis-server", "/etc/flowfleet/redis.conf"],
    envs: [],
    mounts: [
      { type: "volume", source: "redis_data", target: "/data", readOnly: false },
      { type: "bind", source: "/opt/flowra/services/redis", target: "/etc/flowfleet", readOnly: true },
      { type: "bind", source: "/opt/flowra/secrets/redis", target: "/run/flowfleet", readOnly: true },
    ],
    healthcheck: {
      tests: ["CMD-SHELL", "printf 'AUTH health health\\nPING\\n' | redis-cli | grep -qx PONG"],
      interval: "10s",
      timeout: "5s",
      retries: 5,
    },
  });
  expect(JSON.stringify(container)).not.toMatch(/app-word|boss-word/);
  expect(steps.map(({ noun }) => noun)).toEqual(["network", "redis", "files", "docker-access", "image", "volume", "files", "container"]);
});

it("has the kernel let it write snapshots, before it starts", async () => {
  const { steps } = await program(false);
  expect(steps.find(({ noun }) => noun === "files")).toMatchObject({
    name: "redis-kernel-files",
    removable: true,
    document: {
      files: { "/etc/sysctl.d/99-flowfleet-flowra-redis.conf": { mode: "0644", user: "root", group: "root", text: redisKernelText() } },
      after: ["sysctl"],
    },
  });
  expect(redisKernelText()).toEqual([
    "# Written by Flowfleet; a change here is undone by the next deployment.",
    "vm.overcommit_memory = 1",
  ]);
});

it("sets its passwords by secret steps: both are good until the old ones are retired", async () => {
  const { steps } = await program(true);
  const [before, after] = steps.filter(({ noun }) => noun === "redis");
  const document = {
    container: "flowra-redis",
    file: "/opt/flowra/secrets/redis/users.acl",
    user: "999:999",
    passwords: { application: "app-word", administrator: "boss-word" },
  };
  expect(before?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:data:Redis$flowfleet:data:RedisUsers::redis-users",
    ...document,
    retire: false,
  });
  expect(after?.document).toEqual({ owner: "urn:pulumi:test::flowfleet::flowfleet:data:RedisUsers::retired", ...document, retire: true });
  // Also for its result: a rotation that was taken back changes nothing but what is valid.
  expect(after?.dependsOn).toContain("redis-users-accounts");
  expect(after).toMatchObject({ name: "retired-accounts", removable: false, secrets: ["connection", "stdin"] });
  expect(steps.at(-1)).toBe(after);
});
