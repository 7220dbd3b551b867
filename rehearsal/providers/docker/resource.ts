import type { CreateRequest, Operation, Props, Provider, ReadRequest, UpdateRequest, DeleteRequest } from "../../engine";
import type Docker from "dockerode";
import type { Fields } from "./schema";
import type { Settings } from "./settings";

/** What an operation has at hand. */
export interface Site {
  docker: Docker;
  settings: Settings;
  signal: AbortSignal;
  log: Operation["log"];
}
/** One resource type of the package `docker`. Inputs and outputs are those of the engine, checked. */
export interface ResourceType {
  fields: Fields;
  /** A name is made where the program gives none. */
  autonamed: boolean;
  deleteBeforeReplace: boolean;
  create: (request: CreateRequest, site: Site) => ReturnType<Provider["create"]>;
  /** Outputs as they are now; `undefined` where it is gone. */
  read: (request: ReadRequest, site: Site) => Promise<{ id: string; outputs: Props } | undefined>;
  /** What of a change reaches Docker; the outputs are the former ones with the new inputs. */
  update: (request: UpdateRequest, changed: ReadonlySet<string>, site: Site) => Promise<void>;
  delete: (request: DeleteRequest, site: Site) => Promise<void>;
}

export function isGone(error: unknown): boolean {
  return (error as { statusCode?: unknown }).statusCode === 404;
}
/** The answer, or `undefined` where there is no such thing. */
export async function orGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason instanceof Error ? signal.reason : new Error("context canceled"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
