import type { CheckResponse, Operation, Props } from "../../engine";
import type { Properties } from "../properties";
import type { Allowed } from "./allow";

/** What an operation has at hand. */
export interface Context extends Pick<Operation, "name" | "urn" | "timeout" | "signal" | "log"> {
  allowed: Allowed;
}
/** One resource type of the package `command`. A change of `triggers` replaces it, any other is an update. */
export interface CommandType {
  properties: Properties;
  /** Rules between properties. */
  check?: (inputs: Props) => CheckResponse["failures"];
  /** Outputs that an update may change. */
  results: string[];
  /** In a preview, too: what uses an id is then known there. Another one than the update's. */
  newId(name: string): string;
  create(inputs: Props, context: Context): Promise<Props>;
  /** @param old Outputs as they were. */
  update(inputs: Props, old: Props, context: Context): Promise<Props>;
  /** @param state Outputs. */
  delete(state: Props, context: Context): Promise<void>;
}
/** Changes of these, as a whole, replace. */
export const REPLACING = ["triggers"];

export function stackOf({ urn }: Pick<Context, "urn">): string {
  return urn.split("::")[0]?.replace("urn:pulumi:", "") ?? "";
}
/** Runs `work` until it ends, is aborted, or its custom timeout is over. */
export async function withinTime<T>(
  { signal, timeout }: Pick<Context, "signal" | "timeout">,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (timeout <= 0) return work(signal);
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(new Error("context deadline exceeded"));
  }, timeout * 1000);
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
/** What an aborted operation says of itself. */
export function reasonOfAbort(signal: AbortSignal): string {
  const reason: unknown = signal.reason;
  return reason instanceof Error && reason.name !== "AbortError" ? reason.message : "context canceled";
}
