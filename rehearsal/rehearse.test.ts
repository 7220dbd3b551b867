import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Machine } from "./machines";
import { serviceInAws } from "./aws";
import { lockRehearsal, urlsOf } from "./rehearse";
import { standIns } from "./stand-ins";
import type { StackToRehearse } from "./world";

const STACK: StackToRehearse = {
  stack: "prod",
  systems: ["flowra"],
  leftOut: ["flowfleet:flowmaster", "flowfleet:hosts.spare"],
  hosts: [{ name: "flowra", ports: [22, 80, 443], docker: true, node: false, sized: true }],
  names: [
    { name: "api.flowra.com", system: "flowra", machine: "prod-flowra" },
    { name: "auth.flowra.com", system: "flowra", machine: "prod-flowra" },
  ],
  images: [{ system: "flowra", service: "redis", image: "registry.example.com/flowra/redis", version: "7.2.7" }],
  registries: [],
  archives: [{ system: "flowra", service: "application" }],
  sources: [],
  osSettings: ["flowfleet:hosts.flowra.os"],
  aws: [],
  missingSecrets: [],
};
const MACHINE = { name: "prod-flowra", os: "debian-12", address: "127.20.1.1", port: 22, ports: { 443: 20443 }, hostKey: "ssh-ed25519 A" };
const machines = new Map([["prod-flowra", MACHINE as unknown as Machine]]);

test("every address of a system is told, the main one first; what is below one is not", () => {
  const flowra = {
    apiUrl: "https://api.flowra.com/api/v1",
    authUrl: "https://auth.flowra.com",
    healthUrl: "https://api.flowra.com/health",
    host: "203.0.113.3",
    metrics: [],
    url: "https://api.flowra.com",
  };
  const elsewhere = { url: "https://somewhere.example.com" };
  const found = { system: "flowra", environment: "prod", address: "127.20.1.1", port: 20443 };
  expect(urlsOf(STACK, { hosts: {}, flowra, elsewhere }, machines)).toEqual([
    { ...found, url: "https://api.flowra.com", healthUrl: "https://api.flowra.com/health" },
    { ...found, url: "https://auth.flowra.com" },
  ]);
});

test("what takes the place of the real thing is configured and told", () => {
  const world = {
    machines,
    deployUser: "deploy",
    acme: { directoryUrl: "https://acme.test/dir", directoryCa: "PEM" },
    git: undefined,
    releases: ".flowfleet/releases",
    secrets: {},
    aws: undefined,
  };
  expect(standIns(STACK, world)).toEqual({
    config: {
      "flowfleet:flowmaster": null,
      "flowfleet:hosts.spare": null,
      "flowfleet:hosts.flowra.address": "127.20.1.1",
      "flowfleet:hosts.flowra.port": 22,
      "flowfleet:hosts.flowra.user": "deploy",
      "flowfleet:hosts.flowra.hostKey": "ssh-ed25519 A",
      "flowfleet:hosts.flowra.docker.source": "distribution",
      "flowfleet:hosts.flowra.docker.lenient": true,
      "flowfleet:hosts.flowra.size.lenient": true,
      "flowfleet:hosts.flowra.os": "debian-12",
      "flowfleet:acme.server": "https://acme.test/dir",
      "flowfleet:acme.trust": "PEM",
      "flowfleet:releases": ".flowfleet/releases",
    },
    lines: [
      "left out: flowfleet:flowmaster, flowfleet:hosts.spare",
      "host flowra: a throwaway machine (debian-12, 127.20.1.1), Docker from its distribution, its size not checked",
      "certificates of api.flowra.com, auth.flowra.com: from a test CA",
      "releases/prod.yaml: what is built here takes the place of what it names",
      "image registry.example.com/flowra/redis: a stand-in built here, by its digest, from a local registry",
      "archive of flowra application: a stand-in built here, from a local registry",
    ],
  });
});

test("repositories are those of the local git server, with its key and a key for it", () => {
  const stack = {
    ...STACK,
    leftOut: [],
    hosts: [{ name: "flowra", ports: [22], docker: false, node: true, sized: false }],
    names: [],
    images: [],
    archives: [],
    sources: [{ system: "flatlogic", service: "workspace", repository: "git@git.example.com:acme/app.git", ref: "main" }],
    osSettings: [],
    missingSecrets: ['flowfleet:git["git.example.com"].deployKey'],
  };
  const git = { hosts: ["git.example.com"], hostKey: "ssh-ed25519 B", deployKey: "PRIVATE" };
  const world = {
    machines,
    deployUser: "deploy",
    acme: { directoryUrl: "https://acme.test/dir", directoryCa: "PEM" },
    git,
    releases: ".flowfleet/releases",
    secrets: { 'flowfleet:git["git.example.com"].deployKey': "generated" },
    aws: undefined,
  };
  const { config, lines } = standIns(stack, world);
  expect(config).toMatchObject({
    'flowfleet:git["git.example.com"].hostKeys': ["ssh-ed25519 B"],
    'flowfleet:git["git.example.com"].deployKey': { secret: "PRIVATE" },
  });
  expect(Object.keys(config).filter((name) => name.includes("docker"))).toEqual([]);
  expect(lines).toEqual([
    "host flowra: a throwaway machine (debian-12, 127.20.1.1), Node.js from its distribution",
    "releases/prod.yaml: what is built here takes the place of what it names",
    "repository of flatlogic workspace: a stand-in's, from a local git server",
    "secrets of the stack: 1 generated values",
  ]);
});

test("a machine that would be made in AWS is a throwaway one like any other", () => {
  const [host] = STACK.hosts;
  const stack = {
    ...STACK,
    leftOut: [],
    names: [],
    images: [],
    archives: [],
    osSettings: [],
    hosts: host ? [{ ...host, created: true }] : [],
  };
  const world = {
    machines,
    deployUser: "deploy",
    acme: { directoryUrl: "", directoryCa: "" },
    git: undefined,
    releases: undefined,
    secrets: {},
    aws: undefined,
  };
  const { config, lines } = standIns(stack, world);
  expect(config).toMatchObject({ "flowfleet:hosts.flowra.create": null, "flowfleet:hosts.flowra.hostKey": "ssh-ed25519 A" });
  expect(lines).toEqual([
    "host flowra: a throwaway machine (debian-12, 127.20.1.1), Docker from its distribution, its size not checked, not made in AWS",
  ]);
});

test("a tunnel leads to no Cloudflare", () => {
  const world = {
    machines,
    deployUser: "deploy",
    acme: { directoryUrl: "", directoryCa: "" },
    git: undefined,
    releases: undefined,
    secrets: {},
    aws: undefined,
  };
  expect(standIns({ ...STACK, systems: ["flatlogic"], missingSecrets: [] }, world)).toMatchObject({
    config: { "flowfleet:flatlogic.tunnel.program": "/usr/local/bin/cloudflared" },
    lines: expect.arrayContaining([
      "the tunnel to Cloudflare: a stand-in that takes the token and leads from 127.0.0.1:7844 to nginx",
    ]) as unknown,
  });
});

/** A world of nothing but an emulator with these hosted zones. */
const inAws = (zones: [string, string][]) => ({
  machines: new Map<string, Machine>(),
  deployUser: "deploy",
  acme: { directoryUrl: "", directoryCa: "" },
  git: undefined,
  releases: undefined,
  secrets: {},
  aws: { endpoint: "http://127.20.1.205:5000", zones: new Map(zones) },
});

test("what is in AWS is in an emulator, with hosted zones of its own", () => {
  const zone = { name: "flowstack.example.com", setting: "flowfleet:flowstack.aws.entrance.zone" };
  const region = "eu-central-1";
  const aws = [
    { part: "flowmaster", region },
    { part: "flowstack", region, zone, alone: true },
  ];
  const stack = {
    ...STACK,
    systems: ["flowmaster", "flowstack"],
    leftOut: [],
    hosts: [],
    names: [],
    images: [],
    archives: [],
    osSettings: [],
    aws,
  };
  const { config, lines } = standIns(stack, inAws([["flowstack.example.com", "ZEMULATED"]]));
  expect(config).toMatchObject({ [zone.setting]: "ZEMULATED" });
  expect(lines).toEqual([
    "AWS for flowmaster, flowstack: the emulator moto at http://127.20.1.205:5000, which calls every account 123456789012",
    "Fargate's tasks: said to run by the emulator",
    "one task of flowstack: on this machine's Docker, with a PostgreSQL in the place of RDS, which a test CA vouches for",
    "hosted zone of flowstack.example.com: one of the emulator",
  ]);
});

test("Pulumi's own state is in the emulator, too, and runs no task", () => {
  const stack = { ...STACK, systems: [], leftOut: [], hosts: [], names: [], images: [], archives: [], osSettings: [] };
  expect(standIns({ ...stack, aws: [{ part: "state", region: "eu-central-1" }] }, inAws([])).lines).toEqual([
    "AWS for state: the emulator moto at http://127.20.1.205:5000, which calls every account 123456789012",
  ]);
});

test("of several services in AWS that one has a task here which needs nothing from elsewhere", () => {
  const region = "eu-central-1";
  const aws = [
    { part: "flowmaster", region },
    { part: "flowstack", region, alone: true },
  ];
  const outputs = {
    flowmaster: { healthUrl: "https://app.flow-master.ai/api/health", aws: { region, cluster: "m", services: {} } },
    flowstack: { healthUrl: "https://flowstack.example.com/api/v1/ping", aws: { region, cluster: "s", service: "s-app" } },
  };
  expect(serviceInAws({ ...STACK, aws }, outputs)).toEqual({
    system: "flowstack",
    ...{ region, cluster: "s", service: "s-app", healthUrl: "https://flowstack.example.com/api/v1/ping" },
  });
  expect(serviceInAws({ ...STACK, aws: aws.slice(0, 1) }, outputs)).toBeUndefined();
});

test("a second rehearsal in the same folder is told who is at it", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "rehearsal-"));
  const lock = lockRehearsal(folder, "rehearse --stack prod");
  expect(() => lockRehearsal(folder, "rehearse --stack staging")).toThrow(
    `rehearsal "${path.basename(folder)}" is in use: "rehearse --stack prod" has run since`,
  );
  lock.release();
  lockRehearsal(folder, "rehearse --stack staging").release();
  rmSync(folder, { recursive: true });
});
