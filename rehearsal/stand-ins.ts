import { randomBytes } from "node:crypto";
import * as path from "node:path";
import type { ConfigValue } from "./engine";
import type { Acme, GitServer, Machine } from "./machines";
import { readJson, writePrivate } from "./private-file";
import { EMULATED_ACCOUNT } from "./providers";
import { machineName, type StackToRehearse } from "./world";

export interface StandIns {
  /** On top of the stack file. */
  config: Record<string, ConfigValue>;
  /** What was put in the place of the real thing, a line each. */
  lines: string[];
}

/** The throwaway things that take the place of real ones. */
export interface World {
  machines: ReadonlyMap<string, Machine>;
  deployUser: string;
  acme: Pick<Acme, "directoryUrl" | "directoryCa">;
  /** `undefined`: nothing comes from a repository. */
  git: Pick<GitServer, "hosts" | "hostKey" | "deployKey"> | undefined;
  /** Folder of the release files that name locally built images, below the program's folder; `undefined`: the committed ones hold. */
  releases: string | undefined;
  secrets: Record<string, string>;
  /** `undefined`: nothing is in AWS. */
  aws: AwsStandIn | undefined;
}

export interface AwsStandIn {
  endpoint: string;
  /** The ids of the emulator's hosted zones, by name. */
  zones: ReadonlyMap<string, string>;
}

/** What a rehearsal puts in the place of the real thing, as configuration on top of the committed stack file. */
export function standIns(stack: StackToRehearse, world: World): StandIns {
  const of = [
    leftOut(stack),
    ...stack.hosts.map((host) => hostStandIn(stack, host, world)),
    acmeStandIn(stack, world),
    releaseStandIn(stack, world),
    tunnelStandIn(stack),
    awsStandIn(stack, world),
    secretStandIn(stack, world),
    // After the secrets: the deploy key is one that the stack file may lack.
    gitStandIn(stack, world),
  ];
  const os = [...world.machines.values()][0]?.os;
  const systems = os === undefined ? {} : Object.fromEntries(stack.osSettings.map((path) => [path, os]));
  return {
    config: Object.assign(systems, ...of.map(({ config }) => config)) as StandIns["config"],
    lines: of.flatMap(({ lines }) => lines),
  };
}

function leftOut({ leftOut: paths }: StackToRehearse): StandIns {
  return {
    config: Object.fromEntries(paths.map((path) => [path, null])),
    lines: paths.length === 0 ? [] : [`left out: ${paths.join(", ")}`],
  };
}

function hostStandIn(
  stack: StackToRehearse,
  { name, docker, node, sized, created = false }: StackToRehearse["hosts"][number],
  { machines, deployUser }: World,
): StandIns {
  const machine = machines.get(machineName(stack.stack, name));
  if (!machine) throw new Error(`no machine for host ${name} of stack ${stack.stack}`);
  const of = `flowfleet:hosts.${name}`;
  return {
    config: {
      [`${of}.address`]: machine.address,
      [`${of}.port`]: machine.port,
      [`${of}.user`]: deployUser,
      [`${of}.hostKey`]: machine.hostKey,
      ...(docker && { [`${of}.docker.source`]: "distribution", [`${of}.docker.lenient`]: true }),
      ...(node && { [`${of}.node.source`]: "distribution" }),
      ...(sized && { [`${of}.size.lenient`]: true }),
      ...(created && { [`${of}.create`]: null }),
    },
    lines: [
      [
        `host ${name}: a throwaway machine (${machine.os}, ${machine.address})`,
        ...(docker ? ["Docker from its distribution"] : []),
        ...(node ? ["Node.js from its distribution"] : []),
        ...(sized ? ["its size not checked"] : []),
        ...(created ? ["not made in AWS"] : []),
      ].join(", "),
    ],
  };
}

function acmeStandIn(stack: StackToRehearse, { acme }: World): StandIns {
  // The owner of a machine puts the CA of the ACME server there; who has a site on it asks for certificates.
  const config = { "flowfleet:acme.server": acme.directoryUrl, "flowfleet:acme.trust": acme.directoryCa };
  const names = stack.names.map(({ name }) => name).join(", ");
  return { config, lines: names === "" ? [] : [`certificates of ${names}: from a test CA`] };
}

function releaseStandIn(stack: StackToRehearse, { releases }: World): StandIns {
  if (releases === undefined) return { config: {}, lines: [] };
  return {
    config: { "flowfleet:releases": releases },
    lines: [
      `releases/${stack.stack}.yaml: what is built here takes the place of what it names`,
      ...stack.images.map(({ image }) => `image ${image}: a stand-in built here, by its digest, from a local registry`),
      ...stack.archives.map(({ system, service }) => `archive of ${system} ${service}: a stand-in built here, from a local registry`),
      ...stack.sources.map(({ system, service }) => `repository of ${system} ${service}: a stand-in's, from a local git server`),
    ],
  };
}

function tunnelStandIn({ systems }: StackToRehearse): StandIns {
  if (!systems.includes("flatlogic")) return { config: {}, lines: [] };
  const config = { "flowfleet:flatlogic.tunnel.program": "/usr/local/bin/cloudflared" };
  return { config, lines: ["the tunnel to Cloudflare: a stand-in that takes the token and leads from 127.0.0.1:7844 to nginx"] };
}

function awsStandIn(stack: StackToRehearse, { aws }: World): StandIns {
  if (aws === undefined || stack.aws.length === 0) return { config: {}, lines: [] };
  const zones = stack.aws.flatMap(({ zone }) => zone ?? []);
  const systems = stack.aws.filter(({ part }) => stack.systems.includes(part));
  return {
    config: Object.fromEntries(zones.map(({ name, setting }) => [setting, aws.zones.get(name) ?? ""])),
    lines: [
      `AWS for ${stack.aws.map(({ part }) => part).join(", ")}: the emulator moto at ${aws.endpoint}, which calls every account ${EMULATED_ACCOUNT}`,
      ...(systems.length > 0 ? ["Fargate's tasks: said to run by the emulator"] : []),
      ...systems
        .filter(({ alone }) => alone)
        .map(
          ({ part }) => `one task of ${part}: on this machine's Docker, with a PostgreSQL in the place of RDS, which a test CA vouches for`,
        ),
      ...zones.map(({ name }) => `hosted zone of ${name}: one of the emulator`),
    ],
  };
}

function gitStandIn(stack: StackToRehearse, { git }: World): StandIns {
  if (git === undefined || stack.sources.length === 0 || stack.hosts.length === 0) return { config: {}, lines: [] };
  const settings = git.hosts.flatMap((host): [string, ConfigValue][] => [
    [`flowfleet:git["${host}"].hostKeys`, [git.hostKey]],
    [`flowfleet:git["${host}"].deployKey`, { secret: git.deployKey }],
  ]);
  return { config: Object.fromEntries(settings), lines: [] };
}

function secretStandIn({ missingSecrets }: StackToRehearse, { secrets }: World): StandIns {
  if (missingSecrets.length === 0) return { config: {}, lines: [] };
  const config = Object.fromEntries(missingSecrets.map((name) => [name, { secret: secrets[name] ?? "" }]));
  return { config, lines: [`secrets of the stack: ${missingSecrets.length} generated values`] };
}

/** Values for missing secrets, made once per rehearsal and kept in a file of mode 0600, so that a second run changes nothing. */
export function generatedSecrets(stateDir: string, stack: StackToRehearse): Record<string, string> {
  const file = path.join(stateDir, `secrets-${stack.stack}.json`);
  const known = readJson<Record<string, string>>(file) ?? {};
  const all = Object.fromEntries(stack.missingSecrets.map((name) => [name, known[name] ?? `stand-in-${randomBytes(24).toString("hex")}`]));
  if (stack.missingSecrets.some((name) => known[name] === undefined)) writePrivate(file, JSON.stringify({ ...known, ...all }, null, 2));
  return all;
}

/** Passphrase of the states of this rehearsal, made once. */
export function statePassphrase(stateDir: string): string {
  const file = path.join(stateDir, "passphrase.json");
  const known = readJson<{ passphrase: string }>(file);
  if (known) return known.passphrase;
  const passphrase = randomBytes(24).toString("base64url");
  writePrivate(file, JSON.stringify({ passphrase }));
  return passphrase;
}
