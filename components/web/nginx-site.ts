import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { Host } from "../host/host";
import type { Duration } from "../kernel/duration";
import { refuse } from "../kernel/refuse";
import type { Size } from "../kernel/size";
import type { Certificate } from "./certificate";
import { siteProblems } from "./nginx-site-problems";
import { FOLDER } from "./texts/server";
import { accessLogOf, nameText, siteText } from "./texts/site";
import type { SiteText } from "./texts/site";

/** Something that serves requests by the name of an nginx upstream, such as a `ContainerService` or a `FixedUpstream`. */
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
  /**
   * Requests per second that one client may make for long, and how many more at once; beyond it the answer is 429 with a
   * `Retry-After`. A client is an IPv4 address or an IPv6 /64 network. @default no limit
   */
  rateLimit?: { perSecond: number; burst: number };
  /** Addresses and subnets, IPv4 or IPv6, that may ask; others get 403. An empty list lets nobody in. @default everybody */
  allowFrom?: readonly string[];
}

export interface CorsArgs {
  /** Origins whose pages may read the site's answers: `"https://app.example.com"`. Never `*`. */
  origins: readonly string[];
  /** Request headers that those pages may send. @default ["authorization", "content-type", "x-request-id"] */
  headers?: readonly string[];
}

export interface NginxSiteArgs {
  host: Host;
  /** Public name. It names the files on the host, so it is plain, not an Input. */
  domain: string;
  certificate: Certificate;
  /** What serves which path: by prefix, `{ "/": …, "/api/": … }`, or one path alone, `{ "= /api/v1/ws": … }`. */
  locations: Readonly<Record<string, LocationArgs>>;
  /** Largest request body. @default "1 MB" */
  maxBody?: Size;
  /** Compression of text that the application did not compress itself: from `minimum` on, at gzip's `level`, 1 to 9. @default { level: 5, minimum: "1 KB" } */
  compression?: { level?: number; minimum?: Size } | "off";
  /** `includeSubDomains` binds every name below the domain to HTTPS, siblings' included. @default { maxAge: "730 days", includeSubDomains: false } */
  hsts?: { maxAge?: Duration; includeSubDomains?: boolean };
  /**
   * Which other sites' pages may use this one: nginx answers their preflights (204) and says so on every answer, errors included, in
   * the place of whatever the application says. Only an application's `Access-Control-Allow-Credentials` and `-Expose-Headers` get through.
   * Below a location with `allowFrom` preflights are the application's, so that nobody else gets an answer.
   * @default the application's own answer
   */
  cors?: CorsArgs;
  /**
   * Paths that answer 404, with all that is below them: `"/metrics"`. Compared without regard to case, after nginx decoded the
   * request's path. Where there is one, or a location with `allowFrom`, a request whose path holds a dot segment or a semicolon gets
   * 404 as well, because the application may read such a path in another way. @default none
   */
  hidden?: readonly string[];
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
  /** File on the host with a line for each request, for root and the group adm. */
  readonly accessLog: string;

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
    this.accessLog = accessLogOf(domain);
    this.url = site.applied.apply(() => `https://${domain}`);
    this.registerOutputs({ url: this.url });
  }
}

const HEADERS = ["authorization", "content-type", "x-request-id"];

const settled = ({
  domain,
  certificate,
  locations,
  maxBody = "1 MB",
  compression = {},
  hsts = {},
  cors,
  hidden,
}: NginxSiteArgs): SiteText => ({
  domain,
  fullchain: certificate.fullchain,
  privateKey: certificate.privateKey,
  maxBody,
  compression: compression === "off" ? compression : { level: compression.level ?? 5, minimum: compression.minimum ?? "1 KB" },
  hsts: { maxAge: hsts.maxAge ?? "730 days", includeSubDomains: hsts.includeSubDomains ?? false },
  cors: cors && { headers: HEADERS, ...cors },
  hidden,
  locations: Object.entries(locations).map(([path, { to, timeout = "60 seconds", streaming = false, rateLimit, allowFrom }]) => ({
    path,
    upstream: to.upstream,
    timeout,
    streaming,
    rateLimit,
    allowFrom,
    assets: to.assets,
  })),
});
