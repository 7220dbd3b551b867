import { inSeconds } from "../../kernel/duration";
import type { Duration } from "../../kernel/duration";
import { block } from "../../kernel/lines";
import type { Lines } from "../../kernel/lines";
import { inKilobytes, inNginxUnits } from "../../kernel/size";
import type { Size } from "../../kernel/size";
import { FOLDER } from "./server";

/** What a site's text is made of. */
export interface SiteText {
  domain: string;
  fullchain: string;
  privateKey: string;
  maxBody: Size;
  compression: { level: number; minimum: Size } | "off";
  hsts: { maxAge: Duration; includeSubDomains: boolean };
  locations: readonly LocationText[];
}

export interface LocationText {
  path: string;
  upstream: string;
  timeout: Duration;
  streaming: boolean;
  /** Files of older releases, by the path at which they are served. */
  assets?: { readonly path: string; readonly root: string } | null | undefined;
}

/** The site's server block. There is none for port 80: the default one sends the name here. */
export const siteText = (site: SiteText): Lines => [
  "# Written by Flowfleet; a change here is undone by the next deployment.",
  ...block("server", [
    "listen 443 ssl;",
    "listen [::]:443 ssl;",
    `server_name ${site.domain};`,
    `ssl_certificate ${site.fullchain};`,
    `ssl_certificate_key ${site.privateKey};`,
    `access_log /var/log/nginx/${site.domain}.access.log flowfleet;`,
    `error_log /var/log/nginx/${site.domain}.error.log;`,
    `client_max_body_size ${inNginxUnits(site.maxBody)};`,
    ...compressionText(site.compression),
    ...headers(site.hsts),
    ...site.locations.flatMap((location) => ["", ...locationText(location, site.hsts)]),
  ]),
];

/** The entry by which the default server on port 80 knows the name. */
export const nameText = (domain: string): Lines => [`${domain} ${domain};`];

const compressionText = (compression: SiteText["compression"]): Lines =>
  compression === "off"
    ? []
    : ["gzip on;", `gzip_comp_level ${compression.level};`, `gzip_min_length ${inKilobytes(compression.minimum) * 1024};`];

const headers = ({ maxAge, includeSubDomains }: SiteText["hsts"]): Lines => [
  `add_header Strict-Transport-Security "max-age=${inSeconds(maxAge)}${includeSubDomains ? "; includeSubDomains" : ""}" always;`,
  `include ${FOLDER}/headers.conf;`,
];

function locationText(location: LocationText, hsts: SiteText["hsts"]): Lines {
  const { path, assets } = location;
  if (!assets) return block(`location ${path}`, proxied(location));
  const fallback = `@${location.upstream}`;
  return [
    ...block(`location ${path}`, proxied(location)),
    "",
    "# A page that was loaded before a release still asks for its own files.",
    ...block(`location ${assets.path}`, [
      `root ${assets.root};`,
      "open_file_cache max=1000 inactive=60s;",
      "open_file_cache_valid 10s;",
      `try_files $uri ${fallback};`,
      ...headers(hsts),
      'add_header Cache-Control "public, max-age=31536000, immutable";',
    ]),
    ...block(`location ${fallback}`, proxied(location)),
  ];
}

const proxied = ({ upstream, timeout, streaming }: LocationText): Lines => [
  `include ${FOLDER}/proxy.conf;`,
  `proxy_read_timeout ${inSeconds(timeout)}s;`,
  `proxy_send_timeout ${inSeconds(timeout)}s;`,
  ...(streaming ? ["proxy_buffering off;"] : []),
  `proxy_pass http://${upstream};`,
];
