import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import type { Host } from "../host/host";
import { distributionOf } from "../host/operating-system";
import { Packages } from "../host/packages";
import { corsText } from "./texts/cors";
import {
  ACME_WEBROOT,
  FOLDER,
  canRejectHandshakes,
  defaultText,
  headersText,
  internalText,
  nginxText,
  proxyText,
  tlsText,
  unitText,
} from "./texts/server";

export interface NginxServerArgs {
  host: Host;
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
    const { host } = args;
    const { nginx } = distributionOf(host.os);

    // Streams are a module of their own, in all distributions under this name. Where a handshake cannot be refused, the default
    // server needs a certificate that says nothing.
    const install = ["nginx", "libnginx-mod-stream", ...(canRejectHandshakes(nginx) ? [] : ["ssl-cert"])];
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
          "/etc/nginx/nginx.conf": { text: nginxText(nginx) },
          [`${FOLDER}/tls.conf`]: { text: tlsText(nginx) },
          [`${FOLDER}/headers.conf`]: { text: headersText() },
          [`${FOLDER}/proxy.conf`]: { text: proxyText() },
          [`${FOLDER}/internal.conf`]: { text: internalText() },
          [`${FOLDER}/cors.conf`]: { text: corsText() },
          [`${FOLDER}/default.conf`]: { text: defaultText(nginx) },
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
