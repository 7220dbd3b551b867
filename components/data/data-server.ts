import * as pulumi from "@pulumi/pulumi";
import type { DataContainer } from "./data-container";

/** What every server in a container of data has for those who use it, whichever it is. */
export abstract class DataServer extends pulumi.ComponentResource {
  /** Its container's name on the host: `"coreflow-redis"`. */
  readonly container!: string;
  /** Its name for its neighbours: `"redis"`. */
  readonly service!: string;
  /** Its address in the network, which no release changes. */
  readonly address!: string;
  readonly port!: number;
  /** The address, once it can be used. */
  readonly ready!: pulumi.Output<string>;
  /** What a change of it does to those who use it, as the plan prints it. */
  readonly interruption!: string;

  /** Ends the constructor: all this is its container's, but for what it has of its own. */
  protected made(
    { container, service, address, port, ready, interruption }: DataContainer,
    own: Partial<Pick<DataServer, "ready" | "interruption">> = {},
  ): void {
    Object.assign(this, { container, service, address, port, ready, interruption, ...own });
    this.registerOutputs({ container, address, interruption: this.interruption });
  }
}
