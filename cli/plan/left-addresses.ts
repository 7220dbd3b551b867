import type { Props } from "../../rehearsal/engine";
import type { PlannedResource } from "../../rehearsal/plan";
import type { Differences } from "./differences";

/** A service that answers elsewhere than before, on its machine. */
export interface Left {
  /** Addresses at which nobody answers any more: `127.0.0.1:3003`. */
  from: string[];
  /** Those at which it answers instead. */
  to: string[];
}

/** Where those who know a service ask for it: what nginx listens on for it, and ports that are its own whatever is released. */
export function leftAddresses({ op, before, inputs }: PlannedResource): Left | undefined {
  if (op !== "update" || before === undefined) return undefined;
  const [old, now] = [before, inputs].map(answersAt);
  if (old === undefined || now === undefined) return undefined;
  const from = old.filter((one) => !now.includes(one));
  return from.length > 0 ? { from, to: now.filter((one) => !old.includes(one)) } : undefined;
}

/** `undefined`: its document is not known yet. */
function answersAt({ stdin }: Props): string[] | undefined {
  if (typeof stdin !== "string" || !stdin.startsWith("{")) return undefined;
  const {
    nginx = {},
    ports = [],
    pm2,
  } = JSON.parse(stdin) as { nginx?: Record<string, unknown>; ports?: number[]; pm2?: { way?: string } };
  const lines = Object.values(nginx).flat();
  const heard = lines.flatMap((line) => (typeof line === "string" ? (/^\s*listen ([\d.]+:\d+);/.exec(line)?.[1] ?? []) : []));
  // Ports of releases that take turns are nobody's to know.
  return [...heard, ...(pm2 === undefined || pm2.way === "port" ? [] : ports.map((port) => `127.0.0.1:${port}`))];
}

/** Whether a resource asks at one of these addresses no longer: until it is changed itself, it does. */
export function asksThere({ properties, files }: Differences, { from }: Left): boolean {
  const asked = new RegExp(`(?:${from.map((address) => address.replace(/.*:/, ":")).join("|")})(?!\\d)`);
  const texts = [
    ...properties.flatMap(({ before }) => (typeof before === "string" ? [before] : [])),
    ...files.flatMap(({ hunks }) => hunks.flatMap(({ lines }) => lines.filter((line) => line.startsWith("-")))),
  ];
  return texts.some((text) => asked.test(text));
}

/** Between two releases the one that is not released yet asks where nobody is. */
export function leftText({ from, to }: Left, askers: readonly string[]): string {
  const moved =
    to.length > 0 ? `it answers at ${to.join(", ")} and no longer at ${from.join(", ")}` : `it no longer answers at ${from.join(", ")}`;
  return askers.length > 0
    ? `${moved}, where ${askers.join(", ")} still ${askers.length > 1 ? "ask" : "asks"} until released, too`
    : `${moved}: whoever asks there meets nobody`;
}
