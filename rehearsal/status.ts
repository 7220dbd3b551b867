import * as path from "node:path";
import { findEstate, type Estate } from "./machines";
import { readJson, writePrivate } from "./private-file";
import type { StackToRehearse } from "./world";

export interface RehearsedUrl {
  system: string;
  environment: string;
  url: string;
  /** Loopback address and port where the URL's host name is served. */
  address: string;
  port: number;
  /** Answers 200 while the system works, if it is of this URL's host. */
  healthUrl?: string;
}

/** The emulator that takes the place of AWS. */
export interface RehearsedAws {
  endpoint: string;
  /** Of what stands there. */
  region: string;
  /** Where one task of a system's service answers, without the load balancer, and 200 while it works. */
  task?: { system: string; url: string; healthUrl: string; containerName: string };
}

/** Stack -> what of it was brought up, or was tried to: a later run without it must not take it away. `aws`: what of it is in AWS. */
export type Standing = Record<string, { systems: string[]; hosts: string[]; aws?: string[] }>;

/** What stands in a rehearsal; `flowfleet rehearse --status --json` prints it. */
export interface RehearsalStatus {
  /** Stacks that are up. */
  stack: string;
  stacks: string[];
  /** File with the CA that signed the sites' certificates. */
  ca: string;
  machines: { name: string; address: string; port: number; user: string; identityFile: string; hostKey: string; state: string }[];
  urls: RehearsedUrl[];
  /** Where something is in AWS. */
  aws?: RehearsedAws;
}

interface Remembered {
  stacks: string[];
  ca: string;
  user: string;
  urls: RehearsedUrl[];
  standing?: Standing;
  aws?: RehearsedAws;
}

const NOTHING: Remembered = { stacks: [], ca: "", user: "root", urls: [] };

const fileOf = (stateDir: string): string => path.join(stateDir, "rehearsal.json");

/** Adds what a finished stack serves to what is remembered of the rehearsal. */
export function remember(
  estate: Estate,
  now: { stack: string; ca: string; user: string; urls: RehearsedUrl[]; aws?: RehearsedAws | undefined },
): void {
  update(estate.stateDir, (before) => ({
    ...before,
    stacks: [...new Set([...before.stacks, now.stack])],
    ca: now.ca,
    user: now.user,
    urls: [...before.urls.filter((url) => url.environment !== now.stack), ...now.urls],
    ...(now.aws && { aws: now.aws }),
  }));
}

/** Called before a stack is touched: a run that fails halfway has brought up something, too. */
export function rememberStanding(estate: Estate, { stack, systems, hosts, aws }: StackToRehearse): void {
  const standing = { systems, hosts: hosts.map(({ name }) => name), aws: aws.map(({ part }) => part) };
  update(estate.stateDir, (before) => ({ ...before, standing: { ...before.standing, [stack]: standing } }));
}

export const standingIn = (stateDir: string): Standing => readJson<Remembered>(fileOf(stateDir))?.standing ?? {};

function update(stateDir: string, change: (before: Remembered) => Remembered): void {
  const before = readJson<Remembered>(fileOf(stateDir));
  const after = change(before ?? NOTHING);
  if (JSON.stringify(before) !== JSON.stringify(after)) writePrivate(fileOf(stateDir), JSON.stringify(after, null, 2));
}

/** `undefined`: nothing stands there. */
export async function rehearsalStatus(stateDir: string, stack: string): Promise<RehearsalStatus | undefined> {
  const estate = await findEstate(stateDir);
  if (!estate) return undefined;
  const known = readJson<Remembered>(fileOf(stateDir));
  const machines = (await estate.list()).map(({ name, address, port, identityFile, hostKey, state }) => ({
    name,
    address,
    port,
    user: known?.user ?? "root",
    identityFile,
    hostKey,
    state,
  }));
  return {
    stack,
    stacks: known?.stacks ?? [],
    ca: known?.ca ?? "",
    machines,
    urls: known?.urls ?? [],
    ...(known?.aws && { aws: known.aws }),
  };
}
