import { Guard } from "../../components/host/guard";
import { Host } from "../../components/host/host";
import type { Config } from "../config/read-config";
import type { ReadHost } from "../outputs/read-host";
import { readHost } from "../outputs/read-host";
import { isProtected, ownedHost } from "./owned-host";

type ChosenHost = NonNullable<Config["flowmaster"]>["host"];

/** What the systems of a stack share. */
export interface Ground {
  /** Machines that the stack owns, by name. */
  owned: ReadonlyMap<string, Host>;
  /** The machine that a system runs on. */
  host(chosen: ChosenHost): Host;
  /** Called after the last system: the guard has to be the last step on each machine of this stack. */
  close(): void;
}

/**
 * The machines of the stack with all that they are to have, and those of other stacks.
 *
 * @throws pulumi.RunError when another stack has no such machine; nothing is registered by then.
 */
export async function prepareGround(config: Config): Promise<Ground> {
  const chosen = config.flowmaster?.host;
  const borrowed = chosen?.stack === undefined ? undefined : await readHost(chosen.stack, chosen.name);
  const owned = new Map(Object.entries(config.hosts).map(([name, settings]) => [name, ownedHost(name, settings, config)]));
  return {
    owned,
    host: (wanted) => {
      const host = borrowed ? borrowedHost(wanted, borrowed, config) : owned.get(wanted.name);
      if (!host) throw new Error(`host ${wanted.name}: the configuration was not checked`);
      return host;
    },
    close: () => {
      for (const [name, settings] of Object.entries(config.hosts)) {
        const host = owned.get(name);
        if (host) new Guard(`${name}-guard`, { host }, { protect: isProtected(settings) });
      }
    },
  };
}

/** Another stack's machine: what its outputs do not tell, the configuration of this stack does. */
const borrowedHost = ({ stack = "", name, os, state, bastion, privateKey }: ChosenHost, read: ReadHost, { reapply }: Config): Host =>
  new Host(`${stack}-${name}`, {
    ...read,
    os,
    state,
    ...(bastion && { bastion }),
    ...(privateKey && { privateKey }),
    ...(reapply && { reapply }),
  });
