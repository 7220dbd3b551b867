import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { Host } from "../host/host";
import { distributionOf } from "../host/operating-system";
import { Packages } from "../host/packages";
import { refuse } from "../kernel/refuse";
import { mainProblems } from "./nginx-server-problems";
import { corsText } from "./texts/cors";
import { closedText, defaultText } from "./texts/default";
import {
  ACME_WEBROOT,
  FOLDER,
  MAIN,
  canRejectHandshakes,
  headersText,
  internalText,
  nginxText,
  proxyText,
  tlsText,
  unitText,
} from "./texts/server";

export interface NginxServerArgs {
  host: Host;
  /**
   * Ports 80 and 443. `false`: nobody outside comes in, only sites on a loopback port answer, such as behind a tunnel. @default true
   */
  open?: boolean;
  /** What nginx.conf says otherwise. @default see each */
  main?: MainArgs;
}

export interface MainArgs {
  /** Worker processes; `"auto"`: one per processor. @default "auto" */
  workers?: number | "auto";
  /** Connections that one worker may have open, those to applications included. @default 4096 */
  connections?: number;
  /** A worker takes all connections that wait at once, not one by one. @default false */
  multiAccept?: boolean;
  /** Types of content that sites compress, besides HTML. @default JavaScript, JSON, web manifests, WebAssembly, SVG, CSS and plain text */
  compressible?: readonly string[];
  /**
   * Formats of access logs that sites may name: name -> what a line says, in nginx's words. A format with `$request` or
   * `$http_referer` also writes the query, in which applications put tokens. @default none: ours alone, without the query
   */
  logFormats?: Readonly<Record<string, string>>;
}

/**
 * nginx on a machine, declared once, by the stack that owns it. Port 80 answers ACME challenges, sends the names of
 * declared sites to HTTPS and closes the rest; port 443 refuses the handshake for a name that no site declares.
 *
 * @example new NginxServer("main-nginx", { host });
 */
export class NginxServer extends pulumi.ComponentResource {
  constructor(name: string, args: NginxServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:web:NginxServer", name, {}, opts);
    const { host, open = true, main = {} } = args;
    refuse(this, name, mainProblems(main));
    const { nginx } = distributionOf(host.os);

    // Streams are a module of their own, in all distributions under this name. Where a handshake cannot be refused, the default
    // server needs a certificate that says nothing.
    const install = ["nginx", "libnginx-mod-stream", ...(open && !canRejectHandshakes(nginx) ? ["ssl-cert"] : [])];
    new Packages(`${name}-packages`, { host, install }, { parent: this });
    new FileSet(
      `${name}-configuration`,
      {
        host,
        directories: Object.fromEntries(
          [FOLDER, ...["names", "services", "sites", "streams"].map((part) => `${FOLDER}/${part}`), "/var/lib/flowfleet", ACME_WEBROOT].map(
            (path) => [path, {}],
          ),
        ),
        files: {
          "/etc/nginx/nginx.conf": { text: nginxText(nginx, { ...MAIN, ...main }) },
          [`${FOLDER}/tls.conf`]: { text: tlsText(nginx) },
          [`${FOLDER}/headers.conf`]: { text: headersText() },
          [`${FOLDER}/proxy.conf`]: { text: proxyText() },
          [`${FOLDER}/internal.conf`]: { text: internalText() },
          [`${FOLDER}/cors.conf`]: { text: corsText() },
          [`${FOLDER}/default.conf`]: { text: open ? defaultText(nginx) : closedText() },
          "/etc/systemd/system/nginx.service.d/flowfleet.conf": { text: unitText() },
        },
        check: ["nginx"],
        after: ["daemon-reload", "enable nginx", "reload nginx"],
        // It goes on closing what nobody declared; without it the package's own page would answer.
        stays: true,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
