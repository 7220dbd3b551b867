import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { FileArgs } from "../host/file-set";
import type { Host } from "../host/host";
import type { Duration } from "../kernel/duration";
import type { Lines } from "../kernel/lines";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import type { Size } from "../kernel/size";
import type { Certificate } from "./certificate";
import { siteProblems } from "./nginx-site-problems";
import { FOLDER } from "./texts/server";
import { accessLogOf, nameText, siteText } from "./texts/site";
import type { LocationText } from "./texts/location";
import type { SiteText } from "./texts/site";

/** Something that serves requests by the name of an nginx upstream, such as a `ContainerService` or a `FixedUpstream`. */
export interface Upstream {
  /** Name of the upstream in nginx. */
  readonly upstream: string;
  /** Assets of older releases that stay served, if the service keeps any. */
  readonly assets?: { readonly path: string; readonly root: string } | null;
}

/** Who may ask below a path, how often, and what answers carry. */
interface AccessArgs {
  /**
   * Requests per second that one client may make for long, and how many more at once; beyond it the answer is 429 with a
   * `Retry-After`. A client is an IPv4 address or an IPv6 /64 network. Locations with the same `zone`, such as `"login"`, count
   * together and have one rate. @default no limit; a zone of the location's own
   */
  rateLimit?: { perSecond: number; burst: number; zone?: string };
  /** Addresses and subnets, IPv4 or IPv6, that may ask; others get 403. An empty list lets nobody in. @default everybody */
  allowFrom?: readonly string[];
  /** Headers of answers in the place of the site's, or beside them. @default the site's alone */
  headers?: Readonly<Record<string, string>>;
}

/** Requests below a path that an application answers. */
export interface ProxyArgs extends AccessArgs {
  to: Upstream;
  /** Longest silence of the application while a request is answered, or of either side of a WebSocket. @default "60 seconds" */
  timeout?: Duration;
  /** Hand on at once whatever the application sends: for answers that grow while they are read. @default false */
  streaming?: boolean;
  /**
   * Header that tells the application below which path it is, `"/pgadmin"`, where it has no such setting of its own: pgAdmin reads
   * `"X-Script-Name"`. @default none
   */
  prefixHeader?: "X-Script-Name" | "X-Forwarded-Prefix";
}

/** Requests below a path that are for files of the machine. nginx's workers (www-data) must be able to read them. */
export interface FilesArgs extends AccessArgs {
  /** Folder in which the path is looked for, a link that releases switch included: `"/opt/coreflow/apps/coreflow-astro/dist"`. */
  root: string;
  /** What is served for a folder. @default "index.html" */
  index?: string;
  /** Path of the page that answers for whatever is no file, of a site that finds its way by itself: `"/index.html"`. @default 404 */
  fallback?: string;
  /**
   * Endings (`".js"`) and folders (`"/_astro/"`) of files that change their name with their content: browsers keep them for a year.
   * What is missing there is 404, whatever `fallback` says. @default none: browsers ask for each file anew
   */
  immutable?: readonly string[];
  /** Folder with such files of older releases, by their whole paths: pages that were loaded before a release ask for them. @default none */
  olderFiles?: string;
  /** Where beside a file there is another with `.gz` at its end, it is sent to whoever takes it. @default false */
  precompressed?: boolean;
}

/** What answers requests below a path. */
export type LocationArgs = ProxyArgs | FilesArgs;

export interface CorsArgs {
  /** Origins whose pages may read the site's answers: `"https://app.example.com"`. Never `*`. */
  origins: readonly string[];
  /** Request headers that those pages may send. @default ["authorization", "content-type", "x-request-id"] */
  headers?: readonly string[];
}

interface SiteArgs {
  host: Host;
  /** Public name. It names the files on the host, so it is plain, not an Input. */
  domain: string;
  /** Further public names, on the same certificate, which are served as the domain is: `["www.example.com"]`. @default none */
  aliases?: readonly string[];
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
  /** Headers of every answer in the place of ours, or beside them: `{ "X-Frame-Options": "DENY" }`. What the application says in them is dropped. @default none */
  headers?: Readonly<Record<string, string>>;
  /**
   * The page that users see while an application does not answer (502, 504): its text, or its path on the machine, where nginx's own
   * page is shown for as long as the file is not there. @default nginx's own
   */
  errorPage?: { text: string | Lines } | { file: string };
  /**
   * Who stands between clients and nginx, a CDN or a tunnel: addresses and subnets, and the header in which only they are believed to
   * name the client. Else limits and `allowFrom` would be about them. `CLOUDFLARE_RANGES` has Cloudflare's. @default nobody
   */
  clientAddress?: { from: readonly string[]; header: string };
  /** Format of its access log: one of those that `NginxServer` was given. @default ours */
  logFormat?: string;
}

/** A site on port 443, to which port 80 sends. */
export interface PublicSiteArgs extends SiteArgs {
  certificate: Certificate;
  listen?: undefined;
}

/** A site on a loopback port of the machine, for a `CloudflareTunnel` or another program there that ends TLS. */
export interface LocalSiteArgs extends SiteArgs {
  /** `address` is one of 127.0.0.0/8. @default { address: "127.0.0.1" } */
  listen: { port: number; address?: string };
  certificate?: undefined;
}

export type NginxSiteArgs = PublicSiteArgs | LocalSiteArgs;

/**
 * One site on one nginx: written, checked with `nginx -t` on a private copy, then served.
 * A site that fails the check changes nothing, so it cannot take its neighbours down.
 *
 * @example
 * new NginxSite("shop", { host, domain: "shop.example.com", certificate, locations: { "/": { to: shop } } });
 * new NginxSite("preview", { host, domain: "shop.example.dev", listen: { port: 8080 }, locations: { "/": { to: shop } } });
 */
export class NginxSite extends pulumi.ComponentResource {
  /** Public address. Known in previews; resolves once nginx serves the site. */
  readonly url: pulumi.Output<string>;
  /** File on the host with a line for each request, for root and the group adm. */
  readonly accessLog: string;

  constructor(name: string, args: NginxSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:web:NginxSite", name, {}, opts);
    const { host, domain } = args;
    refuse(this, name, [...siteProblems(args), ...reservationProblems(args, name)]);

    const site = new FileSet(
      `${name}-site`,
      { host, files: { ...siteFiles(args), ...pageFile(args) }, check: ["nginx"], after: ["reload nginx"] },
      { parent: this },
    );
    this.accessLog = accessLogOf(domain);
    this.url = site.applied.apply(() => `https://${domain}`);
    this.registerOutputs({ url: this.url });
  }
}

/** What no two sites of a machine may have: nginx would not start, or serve one of them alone. */
const reservationProblems = (args: NginxSiteArgs, name: string): Problem[] => [
  ...args.host.reserve("domain", `domain ${args.domain}`, name),
  ...(args.aliases ?? []).flatMap((alias, index) => args.host.reserve(`aliases[${index}]`, `domain ${alias}`, name)),
  ...[...new Set(Object.values(args.locations).flatMap(({ rateLimit }) => rateLimit?.zone ?? []))].flatMap((zone) =>
    args.host.reserve("locations", `rate-limit zone ${zone}`, name),
  ),
  ...(args.listen ? args.host.reserve("listen/port", `port ${args.listen.port}`, name) : []),
];

const siteFiles = (args: NginxSiteArgs) => ({
  [`${FOLDER}/sites/${args.domain}.conf`]: { text: siteText(settled(args)) },
  ...(args.listen ? {} : { [`${FOLDER}/names/${args.domain}.map`]: { text: nameText(args.domain, args.aliases) } }),
});

const pageOf = (domain: string) => `${FOLDER}/sites/${domain}.unavailable.html`;

const pageFile = ({ domain, errorPage }: NginxSiteArgs): Record<string, FileArgs> =>
  errorPage && "text" in errorPage ? { [pageOf(domain)]: { text: errorPage.text } } : {};

const CORS_HEADERS = ["authorization", "content-type", "x-request-id"];

function settled(args: NginxSiteArgs): SiteText {
  const { domain, compression = {}, hsts = {}, cors, errorPage } = args;
  return {
    domain,
    aliases: args.aliases,
    ...doorOf(args),
    maxBody: args.maxBody ?? "1 MB",
    compression: compression === "off" ? compression : { level: compression.level ?? 5, minimum: compression.minimum ?? "1 KB" },
    hsts: { maxAge: hsts.maxAge ?? "730 days", includeSubDomains: hsts.includeSubDomains ?? false },
    cors: cors && { headers: CORS_HEADERS, ...cors },
    hidden: args.hidden,
    headers: args.headers,
    errorPage: errorPage && ("text" in errorPage ? pageOf(domain) : errorPage.file),
    clientAddress: args.clientAddress,
    logFormat: args.logFormat,
    locations: Object.entries(args.locations).map(([path, location]) => locationOf(path, location)),
  };
}

const doorOf = ({ certificate, listen }: NginxSiteArgs) =>
  listen ? { listen: { address: "127.0.0.1", ...listen } } : { fullchain: certificate.fullchain, privateKey: certificate.privateKey };

function locationOf(path: string, location: LocationArgs): LocationText {
  if ("root" in location) return { path, index: "index.html", precompressed: false, immutable: [], ...location };
  const { to, timeout = "60 seconds", streaming = false, ...rest } = location;
  return { path, upstream: to.upstream, timeout, streaming, assets: to.assets, ...rest };
}
