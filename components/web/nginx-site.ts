import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import type { Duration } from "../kernel/duration";
import type { Size } from "../kernel/size";
import type { Certificate } from "./certificate";

/** Something that serves requests by the name of an nginx upstream, such as a `ContainerService`. */
export interface Upstream {
  /** Name of the upstream in nginx. */
  readonly upstream: string;
  /** Assets of older releases that stay served, if the service keeps any. */
  readonly assets?: { readonly path: string; readonly root: string } | undefined;
}

/** Where requests below a path go. */
export interface LocationArgs {
  to: Upstream;
  /** Longest silence of the application while a request is answered, or of either side of a WebSocket. @default "60 seconds" */
  timeout?: Duration;
  /** Hand on what the application sends at once, and what a client sends likewise: for streams. @default false */
  streaming?: boolean;
}

export interface NginxSiteArgs {
  host: Host;
  /** Public name. It names the files on the host, so it is plain, not an Input. */
  domain: string;
  certificate: Certificate;
  /** What serves which path, by prefix: `{ "/": …, "/api/": … }`. */
  locations: Readonly<Record<string, LocationArgs>>;
  /** Largest request body. @default "1 MB" */
  maxBody?: Size;
  /** `includeSubDomains` binds every name below the domain to HTTPS, siblings' included. @default { maxAge: "730 days", includeSubDomains: false } */
  hsts?: { maxAge?: Duration; includeSubDomains?: boolean };
}

/**
 * One site on one nginx: written, checked with `nginx -t` on a private copy, then served.
 * A site that fails the check changes nothing, so it cannot take its neighbours down.
 *
 * @example new NginxSite("shop", { host, domain: "shop.example.com", certificate, locations: { "/": { to: shop } } });
 */
export class NginxSite extends pulumi.ComponentResource {
  /** Public address. Known in previews; resolves once nginx serves the site. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: NginxSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:web:NginxSite", name, {}, opts);
    this.url = pulumi.output(`https://${args.domain}`);
    this.registerOutputs({ url: this.url });
  }
}
