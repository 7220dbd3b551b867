import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { Host } from "../host/host";
import { addressProblems, portProblems, slugProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import type { Upstream } from "./nginx-site";
import { upstreamText } from "./texts/listener";
import { FOLDER } from "./texts/server";

export interface FixedUpstreamArgs {
  host: Host;
  /** Name of the upstream in nginx, one of its kind on the machine: `"flowra-keycloak"`. */
  upstream: string;
  /** IP address that no release changes. */
  address: pulumi.Input<string>;
  port: number;
}

/**
 * Something that speaks HTTP at an address of its own for as long as it lives, such as a data container, made known to nginx so that
 * sites can name it.
 *
 * @example new FixedUpstream("keycloak-upstream", { host, upstream: "flowra-keycloak", address: "10.91.1.20", port: 8080 });
 */
export class FixedUpstream extends pulumi.ComponentResource implements Upstream {
  readonly upstream: string;

  constructor(name: string, args: FixedUpstreamArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:web:FixedUpstream", name, {}, opts);
    const { host, upstream, address, port } = args;
    refuse(this, name, [
      ...slugProblems("upstream", upstream),
      ...addressProblems("address", address),
      ...portProblems("port", port),
      ...host.reserve("upstream", `service ${upstream}`, name),
    ]);
    this.upstream = upstream;

    new FileSet(
      `${name}-upstream`,
      {
        host,
        files: {
          [`${FOLDER}/services/${upstream}.conf`]: {
            text: pulumi.output(address).apply((at) => upstreamText(upstream, { address: at, port })),
          },
        },
        check: ["nginx"],
        after: ["reload nginx"],
      },
      { parent: this },
    );
    this.registerOutputs({ upstream });
  }
}
