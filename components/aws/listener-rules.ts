import type { Problem } from "../kernel/refuse";

/** Which requests go to a service. */
export interface Route {
  /** Names that the request is for: `["api.example.com"]`. @default whatever the listener answers */
  hosts?: readonly string[];
  /** By prefix, as in nginx: `["/"]`, `["/api/", "/ws/"]`. @default ["/"] */
  paths?: readonly string[];
  /** Rules are tried from the lowest number on, and the first that fits counts; numbers of one listener are its own. 1 to 4999. */
  priority: number;
}

export interface ListenerRule {
  /** The rule's number, in steps of one from ten times the route's. */
  priority: number;
  hosts: readonly string[];
  paths: readonly string[];
}

/** So many values a rule takes, names and paths together. */
const VALUES = 5;
/** So many rules a route may become. */
const RULES = 10;
/** Both lists in one rule, so that it needs room for a path beside the names. */
const HOSTS = 4;

/** The rules of an ALB for a route. More paths than one rule takes become several of them. */
export function listenerRules({ hosts = [], paths = ["/"], priority }: Route): ListenerRule[] {
  const room = VALUES - hosts.length;
  const patterns = paths.flatMap(patternsOf);
  return Array.from({ length: Math.ceil(patterns.length / room) }, (_, index) => ({
    priority: priority * RULES + index,
    hosts,
    paths: patterns.slice(index * room, (index + 1) * room),
  }));
}

/** As in nginx `/api/` is for whatever is below it, and for `/api` itself. */
const patternsOf = (path: string): string[] => (path.endsWith("/") ? [...(path === "/" ? [] : [path.slice(0, -1)]), `${path}*`] : [path]);

export const routeProblems = (path: string, route: Route): Problem[] => [
  ...(Number.isInteger(route.priority) && route.priority >= 1 && route.priority <= 4999
    ? []
    : [{ path: `${path}/priority`, wrong: "must be the number of a route", got: route.priority, allowed: "1 to 4999" }]),
  ...((route.hosts ?? []).length > HOSTS
    ? [{ path: `${path}/hosts`, wrong: "are more than one rule takes", got: route.hosts?.length, allowed: `at most ${HOSTS}` }]
    : []),
  ...(route.paths?.length === 0 ? [{ path: `${path}/paths`, wrong: "must name a path", allowed: 'such as ["/"]' }] : []),
  ...(route.paths ?? []).flatMap((prefix, index) =>
    /^\/[A-Za-z0-9_./~-]*$/.test(prefix)
      ? []
      : [{ path: `${path}/paths[${index}]`, wrong: 'must be a path without wildcards such as "/api/"', got: prefix }],
  ),
  ...((route.hosts ?? []).length <= HOSTS && listenerRules(route).length > RULES
    ? [{ path: `${path}/paths`, wrong: `are more than ${RULES} rules take`, got: route.paths?.length }]
    : []),
];
