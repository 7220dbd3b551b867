import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { Host } from "../host/host";
import { Packages } from "../host/packages";
import type { Repository } from "../host/packages";
import { markOf } from "../kernel/mark";
import { pathProblems, portProblems, slugProblems } from "../kernel/names";
import { problemsOf, refuse } from "../kernel/refuse";
import { inMegabytes } from "../kernel/size";
import type { Size } from "../kernel/size";
import { tunnelText } from "./texts/tunnel";

export interface CloudflareTunnelArgs {
  host: Host;
  /** Of a tunnel that is managed at Cloudflare, which also decides where its names lead: the long word behind `cloudflared service install`. */
  token: pulumi.Input<string>;
  /** Name of its unit. @default "cloudflared" */
  service?: string;
  /** A cloudflared that is on the machine already: `"/usr/local/bin/cloudflared"`. @default the package of Cloudflare's signed repository */
  program?: string;
  /** Port of 127.0.0.1 with its metrics and with `/ready`. @default 20241 */
  metricsPort?: number;
  /** @default "512 MB" */
  memory?: Size;
}

/**
 * Cloudflare's own repository. The key "CloudFlare Software Packaging 2025" has been its only one since October 2025
 * (cloudflare/cloudflare-docs#26253); Cloudflare publishes no fingerprint. This one several projects read from that address
 * between July and October 2026, one of them compared it with keys.openpgp.org and keyserver.ubuntu.com.
 */
const REPOSITORY: Repository = {
  uri: "https://pkg.cloudflare.com/cloudflared",
  suite: "any",
  components: ["main"],
  keyUrl: "https://pkg.cloudflare.com/cloudflare-main.gpg",
  fingerprint: "CC94B39C77AE7342A68B89628A682D308D4E5E73",
  // Its package restarts nothing (cloudflare/cloudflared#799).
  unattended: true,
};

/**
 * A tunnel by which Cloudflare's users reach this machine without an open port: cloudflared as a hardened unit of an account of its own.
 * A deployment fails unless Cloudflare takes its first connection, and then leaves the machine as it was.
 *
 * @example
 * new NginxSite("preview", { host, domain, listen: { port: 8080 }, locations: { "/": { to: shop } } });
 * new CloudflareTunnel("tunnel", { host, token });
 */
export class CloudflareTunnel extends pulumi.ComponentResource {
  /** `"cloudflared.service"` */
  readonly unit: string;
  /** Its unit, once Cloudflare took its first connection. */
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: CloudflareTunnelArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:web:CloudflareTunnel", name, {}, opts);
    const { host, service = "cloudflared", program, metricsPort = 20_241, memory = "512 MB" } = args;
    refuse(this, name, [
      ...slugProblems("service", service),
      ...(program === undefined ? [] : pathProblems("program", program)),
      ...portProblems("metricsPort", metricsPort),
      ...problemsOf("memory", () => inMegabytes(memory)),
      ...host.reserve("service", `service ${service}`, name),
      ...host.reserve("metricsPort", `port ${metricsPort}`, name),
    ]);
    const here = { parent: this };
    const token = `/etc/flowfleet/tunnels/${service}.token`;
    const secret = pulumi.secret(args.token);

    if (program === undefined) {
      new Packages(`${name}-packages`, { host, install: ["cloudflared"], repositories: { cloudflare: REPOSITORY } }, here);
    }
    new FileSet(
      `${name}-token`,
      { host, directories: { "/etc/flowfleet/tunnels": { mode: "0700" } }, files: { [token]: { text: secret } }, secret: true },
      here,
    );
    const mark = pulumi.unsecret(secret.apply((known) => markOf({ token: known }, service)));
    const unit = new FileSet(
      `${name}-unit`,
      {
        host,
        files: {
          [`/etc/systemd/system/${service}.service`]: {
            text: mark.apply((of) =>
              tunnelText({ program: program ?? "/usr/bin/cloudflared", token, mark: of, metricsPort, memory: inMegabytes(memory) }),
            ),
          },
        },
        check: ["systemd"],
        after: ["daemon-reload", `restart ${service}.service`, `enable ${service}.service`],
      },
      here,
    );

    this.unit = `${service}.service`;
    this.ready = unit.applied.apply(() => this.unit);
    this.registerOutputs({ unit: this.unit });
  }
}
