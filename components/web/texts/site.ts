import { inSeconds } from "../../kernel/duration";
import type { Duration } from "../../kernel/duration";
import { block } from "../../kernel/lines";
import type { Lines } from "../../kernel/lines";
import { inKilobytes, inNginxUnits } from "../../kernel/size";
import type { Size } from "../../kernel/size";
import { corsHeaders, corsMaps } from "./cors";
import type { CorsText } from "./cors";
import { locationText, zoneName } from "./location";
import type { LocationText } from "./location";
import { FOLDER, OURS } from "./server";

/** What a site's text is made of. */
export interface SiteText {
  domain: string;
  fullchain: string;
  privateKey: string;
  maxBody: Size;
  compression: { level: number; minimum: Size } | "off";
  hsts: { maxAge: Duration; includeSubDomains: boolean };
  cors?: CorsText | undefined;
  /** Paths that do not exist for the public. */
  hidden?: readonly string[] | undefined;
  locations: readonly LocationText[];
}

/** The site's server block and what it needs around it. There is none for port 80: the default one sends the name here. */
export function siteText(site: SiteText): Lines {
  const { domain, cors, locations } = site;
  const shared = { domain, headers: headers(site), cors: cors !== undefined };
  return [
    OURS,
    ...locations.flatMap((location) => zoneText(domain, location)),
    ...(cors ? corsMaps(domain, cors) : []),
    ...block("server", [
      "listen 443 ssl;",
      "listen [::]:443 ssl;",
      `server_name ${site.domain};`,
      `ssl_certificate ${site.fullchain};`,
      `ssl_certificate_key ${site.privateKey};`,
      `access_log ${accessLogOf(domain)} flowfleet;`,
      `error_log /var/log/nginx/${site.domain}.error.log;`,
      `client_max_body_size ${inNginxUnits(site.maxBody)};`,
      ...compressionText(site.compression),
      ...shared.headers,
      ...guardText(site),
      ...oncePerUpstream(locations).flatMap((location) => ["", ...locationText(shared, location)]),
    ]),
  ];
}

export const accessLogOf = (domain: string): string => `/var/log/nginx/${domain}.access.log`;

/** The entry by which the default server on port 80 knows the name. */
export const nameText = (domain: string): Lines => [`${domain} ${domain};`];

const compressionText = (compression: SiteText["compression"]): Lines =>
  compression === "off"
    ? []
    : ["gzip on;", `gzip_comp_level ${compression.level};`, `gzip_min_length ${inKilobytes(compression.minimum) * 1024};`];

/** All headers that the site adds: nginx forgets them wherever a block adds one of its own, so there they are repeated. */
const headers = ({ domain, hsts: { maxAge, includeSubDomains }, locations, cors }: SiteText): Lines => [
  `add_header Strict-Transport-Security "max-age=${inSeconds(maxAge)}${includeSubDomains ? "; includeSubDomains" : ""}" always;`,
  `include ${FOLDER}/headers.conf;`,
  ...(locations.some(({ rateLimit }) => rateLimit) ? ["add_header Retry-After $flowfleet_retry_after always;"] : []),
  ...(cors ? corsHeaders(domain) : []),
];

const zoneText = (domain: string, location: LocationText): Lines =>
  location.rateLimit
    ? [`limit_req_zone $flowfleet_client zone=${zoneName(domain, location.path)}:10m rate=${location.rateLimit.perSecond}r/s;`]
    : [];

/** What keeps closed paths closed however they are written. */
const guardText = ({ hidden = [], locations }: SiteText): Lines => [
  ...(hidden.length > 0 || locations.some(({ allowFrom }) => allowFrom) ? block("if ($flowfleet_ambiguous)", ["return 404;"]) : []),
  ...(hidden.length > 0
    ? ["", ...block(`location ~* ^(?:${hidden.map((path) => path.replaceAll(".", String.raw`\.`)).join("|")})(?:/|$)`, ["return 404;"])]
    : []),
];

/** Assets of older releases are served at one place, however many locations a service has. */
const oncePerUpstream = (locations: readonly LocationText[]): LocationText[] =>
  locations.map((location, index) =>
    locations.slice(0, index).some(({ upstream, assets }) => upstream === location.upstream && assets)
      ? { ...location, assets: null }
      : location,
  );
