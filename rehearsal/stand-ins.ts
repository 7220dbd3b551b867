import { randomBytes } from "node:crypto";
import * as path from "node:path";
import type { ConfigValue } from "./engine";
import type { Acme, Machine } from "./machines";
import { readJson, writePrivate } from "./private-file";
import { machineName, type StackToRehearse } from "./world";

export interface StandIns {
  /** On top of the stack file. */
  config: Record<string, ConfigValue>;
  /** What was put in the place of the real thing, a line each. */
  lines: string[];
}

/** What a rehearsal puts in the place of the real thing, as configuration on top of the committed stack file. */
export function standIns(
  stack: StackToRehearse,
  world: { machines: ReadonlyMap<string, Machine>; deployUser: string; acme: Pick<Acme, "directoryUrl" | "directoryCa">; releases: string; secrets: Record<string, string> },
): StandIns {
  const config: Record<string, ConfigValue> = {
    "flowfleet:acme.server": world.acme.directoryUrl,
    "flowfleet:acme.trust": world.acme.directoryCa,
    "flowfleet:releases": world.releases,
  };
  const lines = [`${stack.stack}: certificates from a test CA instead of ${stack.names.length > 0 ? "Let's Encrypt" : "none"}`];
  for (const { name } of stack.hosts) {
    const machine = world.machines.get(machineName(stack.stack, name));
    if (!machine) throw new Error(`no machine for host ${name} of stack ${stack.stack}`);
    config[`flowfleet:hosts.${name}.address`] = machine.address;
    config[`flowfleet:hosts.${name}.port`] = machine.port;
    config[`flowfleet:hosts.${name}.user`] = world.deployUser;
    config[`flowfleet:hosts.${name}.hostKey`] = machine.hostKey;
    config[`flowfleet:hosts.${name}.docker.source`] = "distribution";
    config[`flowfleet:hosts.${name}.docker.lenient`] = true;
    lines.push(`${stack.stack}: host ${name} is a throwaway machine (${machine.os}, ${machine.address}), with the distribution's Docker`);
  }
  for (const path of stack.missingSecrets) config[path] = { secret: world.secrets[path] ?? "" };
  if (stack.missingSecrets.length > 0) lines.push(`${stack.stack}: generated values for ${stack.missingSecrets.length} missing secrets`);
  for (const { image, system, service } of stack.images) lines.push(`${stack.stack}: ${image} is the locally built stand-in for ${system}'s ${service}`);
  return { config, lines };
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
