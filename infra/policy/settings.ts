import type { Level } from "./rule";

/** `flowfleet:policies` of a stack. */
export interface PolicySettings {
  /** Rules that have another level here than by themselves. */
  levels: Readonly<Record<string, Level>>;
  exceptions: readonly Exception[];
}

/** A violation that somebody answers for, until a day. */
export interface Exception {
  rule: string;
  /** Name of the resource, the last part of its URN; a star stands for any letters. */
  resource: string;
  reason: string;
  /** The last day on which it holds, such as "2027-06-30". */
  until: string;
}

export const NO_SETTINGS: PolicySettings = { levels: {}, exceptions: [] };
