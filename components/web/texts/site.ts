import { inSeconds } from "../../kernel/duration";
import type { Duration } from "../../kernel/duration";
import { block } from "../../kernel/lines";
import type { Lines } from "../../kernel/lines";
import { inKilobytes, inNginxUnits } from "../../kernel/size";
import type { Size } from "../../kernel/size";
import { corsHeaders, corsMaps } from "./cors";
import type { CorsText } from "./cors";
import { headerLines, isFurther } from "./headers";
import { locationText, zoneName } from "./location";
import type { LocationText, SiteOfLocation } from "./location";
import { OURS } from "./server";

interface CommonText {
  domain: string;
  /** Further names, served as the domain is. */
  aliases?: readonly string[] | undefined;
  maxBody: Size;
  compression: { level: number; minimum: Size } | "off";
  hsts: { maxAge: Duration; includeSubDomains: boolean };
  cors?: CorsText | undefined;
  /** Paths that do not exist for the public. */
  hidden?: readonly string[] | undefined;
  /** In the place of our headers of these names, or beside them. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** File of the page that says that the application does not answer. */
  errorPage?: string | undefined;
  /** Who hands requests on for clients, and the header in which it names them. */
  clientAddress?: { readonly from: readonly string[]; readonly header: string } | undefined;
  logFormat?: string | undefined;
  locations: readonly LocationText[];
}

/** What a site's text is made of: it ends TLS, or something else on the machine does and asks on a port of this machine. */
export type SiteText = CommonText &
  ({ fullchain: string; privateKey: string; listen?: undefined } | { listen: { readonly address: string; readonly port: number } });

/** The site's server block and what it needs around it. There is none for port 80: the default one sends the name here. */
export function siteText(site: SiteText): Lines {
  const { domain, cors, locations, headers = {} } = site;
  const shared: SiteOfLocation = {
    domain,
    headers: (own) => headersOf(site, own),
    hides: Object.keys(headers).filter(isFurther),
    cors: cors !== undefined,
    tunnelled: site.listen !== undefined,
  };
  return [
    OURS,
    ...zonesText(site),
    ...(cors ? corsMaps(domain, cors) : []),
    ...block("server", [
      ...doorText(site),
      `access_log ${accessLogOf(domain)} ${site.logFormat ?? "flowfleet"};`,
      `error_log /var/log/nginx/${domain}.error.log;`,
      ...clientAddressText(site),
      `client_max_body_size ${inNginxUnits(site.maxBody)};`,
      ...compressionText(site.compression),
      ...shared.headers(),
      ...guardText(site),
      ...errorPageText(site, shared),
      ...oncePerUpstream(locations).flatMap((location) => ["", ...locationText(shared, location)]),
    ]),
  ];
}

export const accessLogOf = (domain: string): string => `/var/log/nginx/${domain}.access.log`;

/** The entries by which the default server on port 80 knows the names. */
export const nameText = (domain: string, aliases: readonly string[] = []): Lines => [domain, ...aliases].map((name) => `${name} ${name};`);

function doorText(site: SiteText): Lines {
  const names = `server_name ${[site.domain, ...(site.aliases ?? [])].join(" ")};`;
  // Nobody outside knows that port, so no redirect may name it.
  if (site.listen) return [`listen ${site.listen.address}:${site.listen.port};`, names, "absolute_redirect off;"];
  return [
    "listen 443 ssl;",
    "listen [::]:443 ssl;",
    names,
    `ssl_certificate ${site.fullchain};`,
    `ssl_certificate_key ${site.privateKey};`,
  ];
}

/** Before all limits and lists of addresses, which are about clients. */
const clientAddressText = ({ clientAddress }: SiteText): Lines =>
  clientAddress
    ? [...clientAddress.from.map((from) => `set_real_ip_from ${from};`), `real_ip_header ${clientAddress.header};`, "real_ip_recursive on;"]
    : [];

const compressionText = (compression: SiteText["compression"]): Lines =>
  compression === "off"
    ? []
    : ["gzip on;", `gzip_comp_level ${compression.level};`, `gzip_min_length ${inKilobytes(compression.minimum) * 1024};`];

/** All headers that the site adds: nginx forgets them wherever a block adds one of its own, so there they are repeated. */
const headersOf = (
  { domain, hsts: { maxAge, includeSubDomains }, locations, cors, headers }: SiteText,
  own?: Readonly<Record<string, string>>,
): Lines => [
  `add_header Strict-Transport-Security "max-age=${inSeconds(maxAge)}${includeSubDomains ? "; includeSubDomains" : ""}" always;`,
  ...headerLines({ ...headers, ...own }),
  ...(locations.some(({ rateLimit }) => rateLimit) ? ["add_header Retry-After $flowfleet_retry_after always;"] : []),
  ...(cors ? corsHeaders(domain) : []),
];

/** One for each name, in the order of locations. */
const zonesText = ({ domain, locations }: SiteText): Lines => [
  ...new Set(
    locations.flatMap((location) =>
      location.rateLimit
        ? [`limit_req_zone $flowfleet_client zone=${zoneName(domain, location)}:10m rate=${location.rateLimit.perSecond}r/s;`]
        : [],
    ),
  ),
];

/** What keeps closed paths closed however they are written. */
const guardText = ({ hidden = [], locations }: SiteText): Lines => [
  ...(hidden.length > 0 || locations.some(({ allowFrom }) => allowFrom) ? block("if ($flowfleet_ambiguous)", ["return 404;"]) : []),
  ...(hidden.length > 0
    ? ["", ...block(`location ~* ^(?:${hidden.map((path) => path.replaceAll(".", String.raw`\.`)).join("|")})(?:/|$)`, ["return 404;"])]
    : []),
];

/** At a path of its own, because a request of another method than GET could not read it where it is; without a file that nginx may read, its own page. */
const errorPageText = ({ errorPage }: SiteText, { headers }: SiteOfLocation): Lines =>
  errorPage === undefined
    ? []
    : [
        "",
        "error_page 502 504 /flowfleet-unavailable.html;",
        // What nginx may not read is an error because of an error, and whether that is looked at is decided where the first one is.
        "recursive_error_pages on;",
        ...block("location = /flowfleet-unavailable.html", [
          "internal;",
          `root ${errorPage.replace(/\/[^/]*$/, "")};`,
          "error_page 403 = @flowfleet-unavailable;",
          `try_files ${errorPage.replace(/^.*\//, "/")} =502;`,
          ...headers(),
          "add_header Cache-Control no-store always;",
        ]),
        ...block("location @flowfleet-unavailable", [
          // With a text, or it would lead to the page again.
          'return 502 "502 Bad Gateway\\n";',
          ...headers(),
          "add_header Cache-Control no-store always;",
        ]),
      ];

/** Assets of older releases are served at one place, however many locations a service has. */
const oncePerUpstream = (locations: readonly LocationText[]): LocationText[] =>
  locations.map((location, index) =>
    "upstream" in location &&
    locations.slice(0, index).some((other) => "upstream" in other && other.upstream === location.upstream && other.assets)
      ? { ...location, assets: null }
      : location,
  );
