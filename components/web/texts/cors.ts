import { block } from "../../kernel/lines";
import type { Lines } from "../../kernel/lines";
import { OURS } from "./server";

/** Whose pages may read the site's answers. */
export interface CorsText {
  origins: readonly string[];
  /** Names of request headers that their pages may send. */
  headers: readonly string[];
}

const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
/** Seconds for which a browser need not ask again. */
const MAX_AGE = 600;

/** A variable of the site. No two domains make the same name: a dot is one underscore, a hyphen two, and they are never side by side. */
const variable = (about: "origin" | "methods" | "headers" | "age", domain: string) =>
  `$flowfleet_${about}_${domain.replaceAll("-", "__").replaceAll(".", "_")}`;

/**
 * Variables that are empty, so that nginx leaves their header out, unless the request comes from a listed origin, and those about
 * requests to come unless it is a preflight.
 */
export function corsMaps(domain: string, { origins, headers }: CorsText): Lines {
  const origin = variable("origin", domain);
  const ofPreflight = (about: "methods" | "headers" | "age", value: string) =>
    block(`map "$flowfleet_preflight${origin}" ${variable(about, domain)}`, ['default "";', `~^1. "${value}";`]);
  return [
    ...block(`map $http_origin ${origin}`, ['default "";', ...origins.map((one) => `"${one}" "${one}";`)]),
    ...ofPreflight("methods", METHODS),
    ...ofPreflight("headers", headers.join(", ")),
    ...ofPreflight("age", String(MAX_AGE)),
  ];
}

/** On every answer of the site, errors included: a page may read why it was refused. */
export const corsHeaders = (domain: string): Lines => [
  "add_header Vary Origin always;",
  `add_header Access-Control-Allow-Origin ${variable("origin", domain)} always;`,
  `add_header Access-Control-Allow-Methods ${variable("methods", domain)} always;`,
  `add_header Access-Control-Allow-Headers ${variable("headers", domain)} always;`,
  `add_header Access-Control-Max-Age ${variable("age", domain)} always;`,
];

/** Answers preflights. Nothing but `return` stands in an `if`: all else misbehaves there. It also comes before `allow` and `deny`. */
export const preflightText = (): Lines => block("if ($flowfleet_preflight)", ["return 204;"]);

/** What the application says about origins must not stand beside what nginx says: browsers refuse two answers. */
export const corsText = (): Lines => [
  OURS,
  "# For locations of sites that list the origins they work with.",
  ...["Allow-Origin", "Allow-Methods", "Allow-Headers", "Max-Age"].map((header) => `proxy_hide_header Access-Control-${header};`),
];
