import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { Host } from "../host/host";
import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import { hostNameProblems } from "../kernel/names";
import { problemsOf, refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { inKilobytes, inNginxUnits } from "../kernel/size";
import type { Size } from "../kernel/size";
import type { Certificate } from "./certificate";
import { FOLDER } from "./texts/server";
import { nameText, siteText } from "./texts/site";
import type { SiteText } from "./texts/site";

/** Something that serves requests by the name of an nginx upstream, such as a `ContainerService`. */
export interface Upstream {
  /** Name of the upstream in nginx. */
  readonly upstream: string;
  /** Assets of older releases that stay served, if the service keeps any. */
  readonly assets?: { readonly path: string; readonly root: string } | null;
}

/** Where requests below a path go. */
export interface LocationArgs {
  to: Upstream;
  /** Longest silence of the application while a request is answered, or of either side of a WebSocket. @default "60 seconds" */
  timeout?: Duration;
  /** Hand on at once whatever the application sends: for answers that grow while they are read. @default false */
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
  /** Compression of text that the application did not compress itself: from `minimum` on, at gzip's `level`, 1 to 9. @default { level: 5, minimum: "1 KB" } */
  compression?: { level?: number; minimum?: Size } | "off";
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
    const { host, domain } = args;
    refuse(this, name, [...siteProblems(args), ...host.reserve("domain", `domain ${domain}`, name)]);

    const site = new FileSet(
      `${name}-site`,
      {
        host,
        files: {
          [`${FOLDER}/sites/${domain}.conf`]: { text: siteText(settled(args)) },
          [`${FOLDER}/names/${domain}.map`]: { text: nameText(domain) },
        },
        check: ["nginx"],
        after: ["reload nginx"],
      },
      { parent: this },
    );
    this.url = site.applied.apply(() => `https://${domain}`);
    this.registerOutputs({ url: this.url });
  }
}

const settled = ({ domain, certificate, locations, maxBody = "1 MB", compression = {}, hsts = {} }: NginxSiteArgs): SiteText => ({
  domain,
  fullchain: certificate.fullchain,
  privateKey: certificate.privateKey,
  maxBody,
  compression: compression === "off" ? compression : { level: compression.level ?? 5, minimum: compression.minimum ?? "1 KB" },
  hsts: { maxAge: hsts.maxAge ?? "730 days", includeSubDomains: hsts.includeSubDomains ?? false },
  locations: Object.entries(locations).map(([path, { to, timeout = "60 seconds", streaming = false }]) => ({
    path,
    upstream: to.upstream,
    timeout,
    streaming,
    assets: to.assets,
  })),
});

const siteProblems = ({ domain, certificate, locations, maxBody = "1 MB", compression = "off", hsts = {} }: NginxSiteArgs): Problem[] => [
  ...hostNameProblems("domain", domain),
  ...(certificate.names.some((known) => covers(known, domain))
    ? []
    : [{ path: "certificate", wrong: "does not name the domain", got: certificate.names, allowed: domain }]),
  ...("/" in locations ? [] : [{ path: "locations", wrong: "must say what serves the rest", todo: 'add "/"' }]),
  ...Object.entries(locations).flatMap(([path, { timeout = "60 seconds" }]) => [
    ...(/^\/(?:[A-Za-z0-9_.-]+\/)*$/.test(path)
      ? []
      : [{ path: `locations/${path}`, wrong: 'must begin and end with a slash, such as "/api/"' }]),
    ...problemsOf(`locations/${path}/timeout`, () => inSeconds(timeout)),
  ]),
  ...problemsOf("maxBody", () => inNginxUnits(maxBody)),
  ...(compression === "off" ? [] : compressionProblems(compression)),
  ...problemsOf("hsts/maxAge", () => inSeconds(hsts.maxAge ?? "730 days")),
];

const compressionProblems = ({ level = 5, minimum = "1 KB" }: { level?: number; minimum?: Size }): Problem[] => [
  ...([1, 2, 3, 4, 5, 6, 7, 8, 9].includes(level)
    ? []
    : [{ path: "compression/level", wrong: "must be one of gzip's levels", got: level, allowed: "1 to 9" }]),
  ...problemsOf("compression/minimum", () => inKilobytes(minimum)),
];

/** Whether a name on a certificate holds for the domain: itself, or a star in the place of its first label. */
const covers = (known: string, domain: string) => known === domain || known === domain.replace(/^[^.]+/, "*");
