import type { SizeArgs } from "../../components/host/claim";
import { Guard } from "../../components/host/guard";
import { Host } from "../../components/host/host";
import type { Config } from "../config/read-config";
import { SYSTEM_NAMES } from "../config/systems";
import type { ReadHost } from "../outputs/read-host";
import { hostAmong, readHosts } from "../outputs/read-host";
import { isProtected, ownedHost } from "./owned-host";

type ChosenHost = NonNullable<NonNullable<Config[(typeof SYSTEM_NAMES)[number]]>["host"]>;

/** What the systems of a stack share. */
export interface Ground {
  /** Machines that the stack owns, by name. */
  owned: ReadonlyMap<string, Host>;
  /** The machine that a system runs on. */
  host(chosen: ChosenHost): Host;
  /** What a machine of another stack was declared to have. Of the stack's own this is looked at where they are set up. */
  declared(chosen: ChosenHost): SizeArgs | undefined;
  /** Called after the last system: the guard has to be the last step on each machine of this stack. */
  close(): void;
}

/**
 * The machines of the stack with all that they are to have, and those of other stacks.
 *
 * @throws pulumi.RunError when another stack has no such machine; nothing is registered by then.
 */
export async function prepareGround(config: Config): Promise<Ground> {
  const read = await readElsewhere(config);
  const owned = new Map<string, Host>();
  for (const [name, settings] of Object.entries(config.hosts)) {
    // Loaded only for whoever makes machines: AWS' package takes some tenths of a second.
    const door = settings.create ? (await import("./created-host")).createdHost(name, settings) : settings;
    owned.set(name, ownedHost(name, settings, door, config));
  }
  const sizes = new Map(read.map(([host, { size }]) => [labelOf(host), size]));
  const borrowed = new Map(read.map(([host, found]) => [labelOf(host), borrowedHost(host, found, config)]));
  return {
    owned,
    host: (wanted) => {
      const host = isElsewhere(wanted) ? borrowed.get(labelOf(wanted)) : owned.get(wanted.name);
      if (!host) throw new Error(`host ${wanted.name}: the configuration was not checked`);
      return host;
    },
    declared: (wanted) => (isElsewhere(wanted) ? sizes.get(labelOf(wanted)) : undefined),
    close: () => {
      for (const [name, settings] of Object.entries(config.hosts)) {
        const host = owned.get(name);
        if (host) new Guard(`${name}-guard`, { host }, { protect: isProtected(settings) });
      }
    },
  };
}

type HostElsewhere = ChosenHost & { stack: string };

const isElsewhere = (host: ChosenHost): host is HostElsewhere => host.stack !== undefined;
const labelOf = ({ stack, name }: HostElsewhere): string => `${stack}-${name}`;

/** Each machine of another stack once, however many systems run on it. */
async function readElsewhere(config: Config): Promise<(readonly [HostElsewhere, ReadHost])[]> {
  const chosen = SYSTEM_NAMES.flatMap((system) => {
    const host = config[system]?.host;
    return host && isElsewhere(host) ? [{ system, host }] : [];
  });
  const stacks = [...new Set(chosen.map(({ host }) => host.stack))];
  const hosts = new Map(await Promise.all(stacks.map(async (stack) => [stack, await readHosts(stack)] as const)));
  const machines = new Map(chosen.map((one) => [labelOf(one.host), one])).values();
  return [...machines].map(({ system, host }) => [host, hostAmong(hosts.get(host.stack), host.stack, host.name, system)]);
}

/** Another stack's machine: what its outputs do not tell, the configuration of this stack does. */
const borrowedHost = (chosen: HostElsewhere, read: ReadHost, { reapply }: Config): Host => {
  const { os, state, bastion, privateKey } = chosen;
  const { address, port, user, hostKey } = read;
  return new Host(labelOf(chosen), {
    address,
    port,
    user,
    hostKey,
    os,
    state,
    ...(bastion && { bastion }),
    ...(privateKey && { privateKey }),
    ...(reapply && { reapply }),
  });
};
