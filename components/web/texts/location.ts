import { inSeconds } from "../../kernel/duration";
import type { Duration } from "../../kernel/duration";
import { block } from "../../kernel/lines";
import type { Lines } from "../../kernel/lines";
import { preflightText } from "./cors";
import { FOLDER } from "./server";

/** What a location's text is made of. */
export interface LocationText {
  /** A prefix such as `/api/`, or one path alone such as `= /api/v1/ws`. */
  path: string;
  upstream: string;
  timeout: Duration;
  streaming: boolean;
  /** Requests per client. */
  rateLimit?: { readonly perSecond: number; readonly burst: number } | undefined;
  /** Addresses and subnets that may ask; an empty list lets nobody in. */
  allowFrom?: readonly string[] | undefined;
  /** Files of older releases, by the path at which they are served. */
  assets?: { readonly path: string; readonly root: string } | null | undefined;
}

/** What all locations of a site share. */
export interface SiteOfLocation {
  domain: string;
  /** Whatever the site adds to answers, for blocks that add a header of their own. */
  headers: Lines;
  /** It lists origins. */
  cors: boolean;
}

export function locationText({ domain, headers, cors }: SiteOfLocation, location: LocationText): Lines {
  const { path, assets } = location;
  const rules = [...(cors && !location.allowFrom ? preflightText() : []), ...accessText(domain, location)];
  const passes = [...rules, ...(cors ? [`include ${FOLDER}/cors.conf;`] : []), ...proxied(location)];
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
      ...headers,
      'add_header Cache-Control "public, max-age=31536000, immutable";',
    ]),
    ...block(`location ${fallback}`, passes),
  ];
}

/** Name of the shared memory in which a location's clients are counted. */
export const zoneName = (domain: string, path: string): string => `${domain}${path.replace(" ", "")}`;

const accessText = (domain: string, { path, rateLimit, allowFrom }: LocationText): Lines => [
  ...(allowFrom ? [...allowFrom.map((from) => `allow ${from};`), "deny all;"] : []),
  ...(rateLimit ? [`limit_req zone=${zoneName(domain, path)} burst=${rateLimit.burst} nodelay;`] : []),
];

const proxied = ({ upstream, timeout, streaming }: LocationText): Lines => [
  `include ${FOLDER}/proxy.conf;`,
  `proxy_read_timeout ${inSeconds(timeout)}s;`,
  `proxy_send_timeout ${inSeconds(timeout)}s;`,
  ...(streaming ? ["proxy_buffering off;"] : []),
  `proxy_pass http://${upstream};`,
];
