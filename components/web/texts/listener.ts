import { block } from "../../kernel/lines";
import type { Lines } from "../../kernel/lines";
import { FOLDER, OURS } from "./server";

interface Place {
  /** IP address: nginx does not start while it cannot resolve a name. */
  address: string;
  port: number;
}

/** For nginx's `stream`, whose timeouts hold for it. */
export const tcpListenerText = (port: number, to: Place): Lines => [
  OURS,
  ...block("server", [`listen 127.0.0.1:${port};`, `proxy_pass ${to.address}:${to.port};`]),
];

/** For nginx's `http`. Whoever is on the machine may send as much as the application takes. */
export const httpListenerText = (port: number, to: Place): Lines => [
  OURS,
  ...block("server", [
    `listen 127.0.0.1:${port};`,
    `server_name listener-${port}.internal;`,
    "client_max_body_size 0;",
    ...block("location /", [`include ${FOLDER}/internal.conf;`, `proxy_pass http://${to.address}:${to.port};`]),
  ]),
];

/** An upstream of one address. */
export const upstreamText = (upstream: string, { address, port }: Place): Lines => [
  OURS,
  ...block(`upstream ${upstream}`, [`server ${address}:${port};`]),
];
