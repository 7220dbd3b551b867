import { block } from "../../kernel/lines";
import type { Lines } from "../../kernel/lines";
import { ACME_WEBROOT, FOLDER, OURS, canRejectHandshakes, hasHttp2Directive } from "./server";
import type { Version } from "./server";

/** What answers for names that no site declares, and all of port 80. */
export const defaultText = (nginx: Version): Lines => [
  OURS,
  "# Declared name -> the same name; everything else -> nothing.",
  ...block("map $host $flowfleet_name", ['default "";', `include ${FOLDER}/names/*.map;`]),
  "",
  ...block("server", [
    "listen 80 default_server;",
    "listen [::]:80 default_server;",
    "server_name _;",
    ...block("location ^~ /.well-known/acme-challenge/", [`root ${ACME_WEBROOT};`, "default_type text/plain;"]),
    ...block("location /", [...block('if ($flowfleet_name = "")', ["return 444;"]), "return 301 https://$flowfleet_name$request_uri;"]),
  ]),
  "",
  ...block("server", [
    ...["443", "[::]:443"].map((at) => `listen ${at} ssl${hasHttp2Directive(nginx) ? "" : " http2"} default_server;`),
    "server_name _;",
    // A browser may ask for an unknown name on a connection that it opened for a known one.
    ...block("location /", ["return 421;"]),
    ...(canRejectHandshakes(nginx)
      ? ["ssl_reject_handshake on;"]
      : ["ssl_certificate /etc/ssl/certs/ssl-cert-snakeoil.pem;", "ssl_certificate_key /etc/ssl/private/ssl-cert-snakeoil.key;"]),
  ]),
];

/** Where nobody outside comes in: only sites on a loopback port answer. */
export const closedText = (): Lines => [OURS, "# Whatever leads here from outside, such as a tunnel, ends on this machine."];
