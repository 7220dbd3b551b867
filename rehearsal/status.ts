import * as path from "node:path";
import { findEstate, type Estate } from "./machines";
import { readJson, writePrivate } from "./private-file";

export interface RehearsedUrl {
  system: string;
  environment: string;
  url: string;
  /** Loopback address and port where the URL's host name is served. */
  address: string;
  port: number;
}

/** What stands in a rehearsal; `flowfleet rehearse --status --json` prints it. */
export interface RehearsalStatus {
  /** Stacks that are up. */
  stack: string;
  stacks: string[];
  /** File with the CA that signed the sites' certificates. */
  ca: string;
  machines: { name: string; address: string; port: number; user: string; identityFile: string; hostKey: string; state: string }[];
  urls: RehearsedUrl[];
}

interface Remembered {
  stacks: string[];
  ca: string;
  user: string;
  urls: RehearsedUrl[];
}

const fileOf = (stateDir: string): string => path.join(stateDir, "rehearsal.json");

/** Adds what a finished stack serves to what is remembered of the rehearsal. */
export function remember(estate: Estate, now: { stack: string; ca: string; user: string; urls: RehearsedUrl[] }): void {
  const before = readJson<Remembered>(fileOf(estate.stateDir));
  const others = (before?.urls ?? []).filter((url) => url.environment !== now.stack);
  const after: Remembered = {
    stacks: [...new Set([...(before?.stacks ?? []), now.stack])],
    ca: now.ca,
    user: now.user,
    urls: [...others, ...now.urls],
  };
  if (JSON.stringify(before) !== JSON.stringify(after)) writePrivate(fileOf(estate.stateDir), JSON.stringify(after, null, 2));
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
  return { stack, stacks: known?.stacks ?? [], ca: known?.ca ?? "", machines, urls: known?.urls ?? [] };
}
