import { block } from "../../kernel/lines";
import type { Lines } from "../../kernel/lines";
import type { Distribution } from "../../host/operating-system";
import { isAtLeast } from "../../host/operating-system";

/** Where nginx finds what belongs to us. */
export const FOLDER = "/etc/nginx/flowfleet";
/** Where certbot puts its answers to ACME challenges. */
export const ACME_WEBROOT = "/var/lib/flowfleet/acme";

/** First line of every file of ours. */
export const OURS = "# Written by Flowfleet; a change here is undone by the next deployment.";

export type Version = Distribution["nginx"];

/** From 1.25.1 on HTTP/2 is a directive; before, it is a word of `listen` that holds for all servers on that socket. */
export const hasHttp2Directive = (nginx: Version) => isAtLeast(nginx, [1, 25, 1]);
/** From 1.19.4 on a server can refuse a handshake without a certificate of its own. */
export const canRejectHandshakes = (nginx: Version) => isAtLeast(nginx, [1, 19, 4]);

/** What nginx.conf says otherwise on some machines. */
export interface MainText {
  workers: number | "auto";
  connections: number;
  multiAccept: boolean;
  /** Types of content that are compressed, besides HTML. */
  compressible: readonly string[];
  /** Further formats of access logs: name -> what a line says, in nginx's words. */
  logFormats: Readonly<Record<string, string>>;
}

export const MAIN: MainText = {
  workers: "auto",
  connections: 4096,
  multiAccept: false,
  compressible: [
    "application/javascript",
    "application/json",
    "application/manifest+json",
    "application/wasm",
    "image/svg+xml",
    "text/css",
    "text/plain",
  ],
  logFormats: {},
};

/** nginx.conf. A worker needs two files for each connection that it hands on. */
export const nginxText = (nginx: Version, { workers, connections, multiAccept, compressible, logFormats }: MainText = MAIN): Lines => [
  OURS,
  "user www-data;",
  `worker_processes ${workers};`,
  `worker_rlimit_nofile ${Math.max(16_384, 4 * connections)};`,
  "# Workers of an older configuration keep their WebSockets, for a day at most.",
  "worker_shutdown_timeout 1d;",
  "pid /run/nginx.pid;",
  "error_log /var/log/nginx/error.log;",
  "include /etc/nginx/modules-enabled/*.conf;",
  "",
  ...block("events", [`worker_connections ${connections};`, ...(multiAccept ? ["multi_accept on;"] : [])]),
  "",
  ...block("http", [
    "include /etc/nginx/mime.types;",
    "default_type application/octet-stream;",
    "sendfile on;",
    "tcp_nopush on;",
    "server_tokens off;",
    "types_hash_max_size 4096;",
    "server_names_hash_bucket_size 128;",
    "map_hash_bucket_size 128;",
    "variables_hash_bucket_size 128;",
    ...(hasHttp2Directive(nginx) ? ["http2 on;"] : []),
    "",
    "# Slow senders of requests are cut off; slow answers have limits of their own in each location.",
    "client_header_timeout 15s;",
    "client_body_timeout 60s;",
    "send_timeout 60s;",
    "keepalive_timeout 65s;",
    "",
    "# Without the query, in which applications put tokens.",
    "log_format flowfleet '$remote_addr [$time_iso8601] \"$request_method $uri $server_protocol\" $status $body_bytes_sent '",
    "  '$request_time \"$http_user_agent\" $host $upstream_addr $upstream_status $upstream_response_time';",
    ...Object.entries(logFormats).map(([name, format]) => `log_format ${name} '${format}';`),
    "access_log /var/log/nginx/access.log flowfleet;",
    "",
    "# What a site that compresses does.",
    "gzip_vary on;",
    "gzip_proxied any;",
    `gzip_types ${compressible.join(" ")};`,
    "",
    "# Only a WebSocket may upgrade a connection.",
    ...block("map $http_upgrade $flowfleet_upgrade", ['default "";', "~*^websocket$ websocket;"]),
    ...block("map $flowfleet_upgrade $flowfleet_connection", ["default upgrade;", '"" "";']),
    "# On plain listeners the first proxy says which scheme the client used.",
    ...block("map $http_x_forwarded_proto $flowfleet_scheme", ["default http;", "https https;"]),
    "# Who a limit counts: an address, or the whole /64 of which an IPv6 client can take any address.",
    ...block("map $remote_addr $flowfleet_client", [
      "default $remote_addr;",
      '"~^(?<flowfleet_network>(?:[0-9a-f]+:){4}|(?:[0-9a-f]+:){0,3}:)" $flowfleet_network;',
    ]),
    "limit_req_status 429;",
    ...block("map $limit_req_status $flowfleet_retry_after", ['default "";', "REJECTED 1;"]),
    "# What a browser asks before a page of another site may send its request.",
    ...block('map "$request_method $http_origin $http_access_control_request_method" $flowfleet_preflight', [
      'default "";',
      '"~^OPTIONS \\S+ \\S+$" 1;',
    ]),
    "# What an application may take for another path than nginx does: dot segments and parameters within the path.",
    ...block("map $request_uri $flowfleet_ambiguous", [
      'default "";',
      String.raw`"~*^[^?]*(?:;|(?:/|%2f|\\\\|%5c)(?:\.|%2e){1,2}(?:/|%2f|\\\\|%5c|\?|$))" 1;`,
    ]),
    "",
    `include ${FOLDER}/tls.conf;`,
    `include ${FOLDER}/default.conf;`,
    `include ${FOLDER}/services/*.conf;`,
    `include ${FOLDER}/sites/*.conf;`,
  ]),
  "",
  "# Listeners for what is not HTTP, such as databases, whose connections rest for hours.",
  ...block("stream", ["proxy_connect_timeout 5s;", "proxy_timeout 1d;", "proxy_socket_keepalive on;", `include ${FOLDER}/streams/*.conf;`]),
];

/** Mozilla's server side TLS, profile "intermediate" of guideline 6.0, for OpenSSL before 3.5. */
export const tlsText = (nginx: Version): Lines => [
  OURS,
  "# Mozilla intermediate, guideline 6.0",
  "ssl_protocols TLSv1.2 TLSv1.3;",
  "ssl_ecdh_curve X25519:prime256v1:secp384r1;",
  `ssl_ciphers ${[
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
  ].join(":")};`,
  "ssl_prefer_server_ciphers off;",
  "ssl_session_timeout 1d;",
  "ssl_session_cache shared:MozSSL:10m;",
  // From 1.23.2 on nginx renews the keys of tickets by itself.
  ...(isAtLeast(nginx, [1, 23, 2]) ? [] : ["ssl_session_tickets off;"]),
];

/** Headers of every answer, errors included. */
export const HEADERS: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "SAMEORIGIN",
  "Referrer-Policy": "strict-origin-when-cross-origin",
};

/** The same as a file. Whatever adds a header of its own has to include this again. */
export const headersText = (): Lines => [OURS, ...Object.entries(HEADERS).map(([name, value]) => `add_header ${name} ${value} always;`)];

/** Who logs somebody in answers with more cookies than the usual 4 KB of headers hold. */
const BUFFERS = ["proxy_buffer_size 16k;", "proxy_buffers 8 16k;"];

/** What every proxied request carries, and what its answer must not carry twice: of a site that ends TLS. */
export const proxyText = (): Lines => [OURS, ...proxyLines("$scheme")];

/** The same behind whatever ends TLS on this machine: that one says by which scheme a request came. */
export const tunnelledLines = (): Lines => proxyLines("$flowfleet_scheme");

const proxyLines = (scheme: string): Lines => [
  "proxy_http_version 1.1;",
  "proxy_connect_timeout 5s;",
  ...BUFFERS,
  "proxy_set_header Host $host;",
  "proxy_set_header Upgrade $flowfleet_upgrade;",
  "proxy_set_header Connection $flowfleet_connection;",
  "proxy_set_header X-Real-IP $remote_addr;",
  "# Not appended: what a client claims here is not to be believed.",
  "proxy_set_header X-Forwarded-For $remote_addr;",
  "proxy_set_header X-Forwarded-Host $host;",
  `proxy_set_header X-Forwarded-Proto ${scheme};`,
  "# Nor in headers that some programs, such as Keycloak, take in the place of these.",
  'proxy_set_header Forwarded "";',
  'proxy_set_header X-Forwarded-Port "";',
  ...["Strict-Transport-Security", ...Object.keys(HEADERS)].map((name) => `proxy_hide_header ${name};`),
];

/** The same behind another proxy, on listeners that only this machine and its containers reach. */
export const internalText = (): Lines => [
  OURS,
  "proxy_http_version 1.1;",
  "proxy_connect_timeout 5s;",
  ...BUFFERS,
  "# Whoever asks here has limits of its own.",
  "proxy_read_timeout 1d;",
  "proxy_send_timeout 1d;",
  "proxy_buffering off;",
  "proxy_request_buffering off;",
  "proxy_set_header Host $host;",
  "proxy_set_header Upgrade $flowfleet_upgrade;",
  "proxy_set_header Connection $flowfleet_connection;",
  "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
  "proxy_set_header X-Forwarded-Proto $flowfleet_scheme;",
];

/** Addresses of container networks exist once Docker runs, so after a restart of the machine nginx waits for it, and tries again. */
export const unitText = (): Lines => [
  OURS,
  "[Unit]",
  "After=docker.service",
  "StartLimitIntervalSec=0",
  "",
  "[Service]",
  "Restart=on-failure",
  "RestartSec=2s",
  "LimitNOFILE=65536",
];
