import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { Host } from "../host/host";
import { addressProblems, portProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import { httpListenerText, tcpListenerText } from "./texts/listener";
import { FOLDER } from "./texts/server";

export interface LocalListenerArgs {
  host: Host;
  /** Port on the machine's 127.0.0.1, which nothing else there may use. */
  port: number;
  /** Where it leads. The address is an IP address. */
  to: { address: pulumi.Input<string>; port: number };
  /** `"http"` hands on who asks and by which scheme; `"tcp"` knows nothing of what passes through, such as a database's protocol. */
  protocol: "tcp" | "http";
}

/**
 * A door on the machine's own 127.0.0.1 to something at another address of it, such as a container that publishes no port: the
 * commands of guides that ask localhost go on working, and nobody outside the machine comes in by it.
 *
 * @example new LocalListener("mongodb-local", { host, port: 27017, to: { address: "10.91.1.16", port: 27017 }, protocol: "tcp" });
 */
export class LocalListener extends pulumi.ComponentResource {
  /** Where programs on the machine find it, as `host:port`. Resolves once nginx listens there. */
  readonly at: pulumi.Output<string>;

  constructor(name: string, args: LocalListenerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:web:LocalListener", name, {}, opts);
    const { host, port, to, protocol } = args;
    refuse(this, name, [
      ...portProblems("port", port),
      ...addressProblems("to/address", to.address),
      ...portProblems("to/port", to.port),
      ...host.reserve("port", `port ${port}`, name),
    ]);

    const [file, textOf] =
      protocol === "tcp"
        ? ([`${FOLDER}/streams/${port}.conf`, tcpListenerText] as const)
        : ([`${FOLDER}/services/listener-${port}.conf`, httpListenerText] as const);
    const listener = new FileSet(
      `${name}-listener`,
      {
        host,
        files: {
          [file]: { text: pulumi.output(to.address).apply((address) => textOf(port, { address, port: to.port })) },
        },
        check: ["nginx"],
        after: ["reload nginx"],
      },
      { parent: this },
    );
    this.at = listener.applied.apply(() => `127.0.0.1:${port}`);
    this.registerOutputs({ at: this.at });
  }
}
