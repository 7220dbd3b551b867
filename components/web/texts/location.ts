import { inSeconds } from "../../kernel/duration";
import type { Duration } from "../../kernel/duration";
import { block } from "../../kernel/lines";
import type { Lines } from "../../kernel/lines";
import { preflightText } from "./cors";
import { isFurther } from "./headers";
import { FOLDER, tunnelledLines } from "./server";
import { immutableHeader, staticText } from "./static";

/** Who may ask, how often, and what answers carry. */
export interface AccessText {
  /** A prefix such as `/api/`, or one path alone such as `= /api/v1/ws`. */
  path: string;
  /** Requests per client. Locations with one `zone` count together. */
  rateLimit?: { readonly perSecond: number; readonly burst: number; readonly zone?: string } | undefined;
  /** Addresses and subnets that may ask; an empty list lets nobody in. */
  allowFrom?: readonly string[] | undefined;
  /** In the place of the site's headers of these names, or beside them. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** What the text of a location that hands requests on is made of. */
export interface ProxiedText extends AccessText {
  upstream: string;
  timeout: Duration;
  streaming: boolean;
  /** Header that tells the application below which path it is. */
  prefixHeader?: string | undefined;
  /** Files of older releases, by the path at which they are served. */
  assets?: { readonly path: string; readonly root: string } | null | undefined;
}

/** What the text of a location that serves files of the machine is made of. */
export interface FilesText extends AccessText {
  root: string;
  index: string;
  /** Path of the page that answers for whatever is no file. */
  fallback?: string | undefined;
  /** Endings such as `.js` and folders such as `/_astro/` whose files never change. */
  immutable: readonly string[];
  precompressed: boolean;
  /** Folder with such files of older releases. */
  olderFiles?: string | undefined;
}

export type LocationText = ProxiedText | FilesText;

/** What all locations of a site share. */
export interface SiteOfLocation {
  domain: string;
  /** Whatever the site adds to answers, for blocks that add a header of their own; with a location's own headers in it. */
  headers: (own?: Readonly<Record<string, string>>) => Lines;
  /** Names of headers that are the site's alone to say. */
  hides: readonly string[];
  /** It lists origins. */
  cors: boolean;
  /** Something else on the machine ends TLS. */
  tunnelled: boolean;
}

export function locationText(site: SiteOfLocation, location: LocationText): Lines {
  const rules = [...(site.cors && !location.allowFrom ? preflightText() : []), ...accessText(site.domain, location)];
  return "root" in location ? staticText(site, location, rules) : proxiedText(site, location, rules);
}

function proxiedText(site: SiteOfLocation, location: ProxiedText, rules: Lines): Lines {
  const { path, assets } = location;
  const own = location.headers ? site.headers(location.headers) : [];
  const passes = [...rules, ...own, ...(site.cors ? [`include ${FOLDER}/cors.conf;`] : []), ...proxied(site, location)];
  if (!assets) return block(`location ${path}`, passes);
  const fallback = `@${location.upstream}`;
  return [
    ...block(`location ${path}`, passes),
    "",
    "# A page that was loaded before a release still asks for its own files.",
    ...block(`location ${assets.path}`, [
      ...rules,
      `root ${assets.root};`,
      "open_file_cache max=1000 inactive=60s;",
      "open_file_cache_valid 10s;",
      `try_files $uri ${fallback};`,
      ...site.headers(location.headers),
      immutableHeader,
    ]),
    ...block(`location ${fallback}`, passes),
  ];
}

/** Name of the shared memory in which a location's clients are counted. */
export const zoneName = (domain: string, { path, rateLimit }: AccessText): string => rateLimit?.zone ?? `${domain}${path.replace(" ", "")}`;

const accessText = (domain: string, location: AccessText): Lines => [
  ...(location.allowFrom ? [...location.allowFrom.map((from) => `allow ${from};`), "deny all;"] : []),
  ...(location.rateLimit ? [`limit_req zone=${zoneName(domain, location)} burst=${location.rateLimit.burst} nodelay;`] : []),
];

const proxied = (
  { tunnelled, hides }: SiteOfLocation,
  { path, upstream, timeout, streaming, prefixHeader, headers }: ProxiedText,
): Lines => [
  ...(tunnelled ? tunnelledLines() : [`include ${FOLDER}/proxy.conf;`]),
  ...(prefixHeader === undefined ? [] : [`proxy_set_header ${prefixHeader} ${path.replace(/\/$/, "")};`]),
  ...[...new Set([...hides, ...Object.keys(headers ?? {}).filter(isFurther)])].map((name) => `proxy_hide_header ${name};`),
  `proxy_read_timeout ${inSeconds(timeout)}s;`,
  `proxy_send_timeout ${inSeconds(timeout)}s;`,
  ...(streaming ? ["proxy_buffering off;"] : []),
  `proxy_pass http://${upstream};`,
];
