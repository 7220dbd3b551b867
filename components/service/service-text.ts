import { block } from "../kernel/lines";
import type { Lines } from "../kernel/lines";

/** The helper puts the address of the serving release in its place. */
export const ADDRESS = "@address@";

/** Where the containers of a network find the service, whichever release serves. */
export interface Doors {
  gateway: string;
  subnet: string;
}

export interface ServiceText extends Partial<Doors> {
  upstream: string;
  /** Port of the service itself, and at the gateway. */
  port: number;
  localPort: number;
  /** In nginx's units. */
  maxBody: string;
  /** Seconds. */
  keepAlive: number;
}

/**
 * nginx's text of a service: the upstream that sites name, and one plain listener on the port of the guides on loopback and, for a
 * container, at a second door: its own port on the gateway.
 */
export const serviceText = ({ upstream, port, localPort, gateway, subnet, maxBody, keepAlive }: ServiceText): Lines => [
  ...upstreamText({ upstream, server: `${ADDRESS}:${port}`, keepAlive }),
  "",
  ...listenerText({
    upstream,
    listen: [`127.0.0.1:${localPort}`, ...(gateway === undefined ? [] : [`${gateway}:${port}`])],
    allow: subnet,
    maxBody,
  }),
];

/** The upstream that sites name; without `keepAlive` each request has a connection of its own. */
export const upstreamText = ({ upstream, server, keepAlive }: { upstream: string; server: string; keepAlive?: number }): Lines => [
  "# Written by Flowfleet; every release of the service writes it anew.",
  ...block(`upstream ${upstream}`, [`server ${server};`, ...(keepAlive === undefined ? [] : keptAlive(keepAlive))]),
];

const keptAlive = (seconds: number): Lines => [
  "keepalive 32;",
  "# Shorter than the service's own limit: a request must not meet a connection that is just being closed.",
  `keepalive_timeout ${seconds}s;`,
];

export interface Listener {
  upstream: string;
  listen: readonly string[];
  /** Who may ask beside the machine itself. */
  allow?: string | undefined;
  /** In nginx's units. */
  maxBody: string;
}

export const listenerText = ({ upstream, listen, allow, maxBody }: Listener): Lines =>
  block("server", [
    ...listen.map((one) => `listen ${one};`),
    `server_name ${upstream}.internal;`,
    "allow 127.0.0.1;",
    ...(allow === undefined ? [] : [`allow ${allow};`]),
    "deny all;",
    `client_max_body_size ${maxBody};`,
    "# A connection for each request: nginx ends those that wait for another one whenever a site changes, perhaps just as it comes.",
    "keepalive_timeout 0;",
    ...block("location /", ["include /etc/nginx/flowfleet/internal.conf;", `proxy_pass http://${upstream};`]),
  ]);
