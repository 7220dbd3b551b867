import { Guard } from "../../components/host/guard";
import { Host } from "../../components/host/host";
import type { Config } from "../config/read-config";
import { readHost } from "../outputs/read-hosts";
import { ownedHost } from "./owned-host";

type ChosenHost = NonNullable<Config["flowmaster"]>["host"];

/** What the systems of a stack share: the machines it owns, and those of other stacks. */
export class Ground {
  /** By name. */
  readonly owned: ReadonlyMap<string, Host>;
  private readonly borrowed = new Map<string, Host>();

  constructor(private readonly config: Config) {
    this.owned = new Map(Object.entries(config.hosts).map(([name, settings]) => [name, ownedHost(name, settings, config)]));
  }

  /** The machine that a system runs on. */
  host(chosen: ChosenHost): Host {
    if (chosen.stack !== undefined) return this.borrow(chosen.stack, chosen);
    const host = this.owned.get(chosen.name);
    if (!host) throw new Error(`host ${chosen.name}: the configuration was not checked`);
    return host;
  }

  /** Called after the last system: the guard has to be the last step on each machine of this stack. */
  close(): void {
    for (const [name, host] of this.owned) {
      new Guard(`${name}-guard`, { host }, { protect: this.config.hosts[name]?.protect ?? true });
    }
  }

  private borrow(stack: string, { name, os, state, bastion, privateKey }: ChosenHost): Host {
    const label = `${stack}-${name}`;
    const known = this.borrowed.get(label);
    if (known) return known;
    const { address, port, user, hostKey } = readHost(stack, name);
    const { reapply } = this.config;
    const host = new Host(label, {
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
    this.borrowed.set(label, host);
    return host;
  }
}
