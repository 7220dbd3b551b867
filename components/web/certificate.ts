import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";

/** How the certificate comes about. */
export type Challenge =
  /** ACME, answered by `NginxServer` on port 80: the names must point to this machine. */
  | { type: "http" }
  /** ACME, answered by a dynamic DNS update (RFC 2136): works before the names point here, and for wildcards. */
  | {
      type: "rfc2136";
      /** Address of the primary name server. */
      server: pulumi.Input<string>;
      /** @default 53 */
      port?: number;
      keyName: pulumi.Input<string>;
      /** @default "HMAC-SHA512" */
      algorithm?: "HMAC-SHA256" | "HMAC-SHA384" | "HMAC-SHA512";
      /** TSIG secret in base64. */
      secret: pulumi.Input<string>;
    }
  /** ACME, answered through Cloudflare's API. */
  | { type: "cloudflare"; token: pulumi.Input<string> }
  /** A certificate and its key that exist already, as PEM text. */
  | { type: "files"; certificate: pulumi.Input<string>; key: pulumi.Input<string> }
  /** Made on the machine, trusted by nobody: until the name points here. */
  | { type: "self-signed" };

export interface CertificateArgs {
  host: Host;
  /** Names on the certificate, the first one being its subject. */
  names: readonly string[];
  /** Name of its folder below `/etc/flowfleet/certificates`. @default the first of `names` */
  certificate?: string;
  /** @default { type: "http" } */
  challenge?: Challenge;
  /** Account at the ACME server and where it writes to; needed by all ACME challenges. */
  acme?: {
    email: pulumi.Input<string>;
    /** Directory URL. @default Let's Encrypt */
    server?: pulumi.Input<string>;
    /** File on the machine with the CA that signed the ACME server's own certificate. For test CAs. */
    trust?: string;
  };
  /** What to serve when the ACME server refuses at first contact: an error, or a self-signed one until a later `up`. @default an error */
  fallback?: "self-signed";
}

/**
 * A certificate on a machine, renewed there by certbot with a reload of nginx. However it came about, nginx finds it in one place.
 *
 * @example const certificate = new Certificate("shop", { host, names: ["shop.example.com"], acme: { email: "ops@example.com" } });
 */
export class Certificate extends pulumi.ComponentResource {
  /** Path on the machine of the certificate and its chain. */
  readonly fullchain: string;
  /** Path on the machine of the private key. */
  readonly privateKey: string;
  readonly names: readonly string[];

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:web:Certificate", name, {}, opts);
    const folder = `/etc/flowfleet/certificates/${args.certificate ?? args.names[0] ?? ""}`;
    this.names = args.names;
    this.fullchain = `${folder}/fullchain.pem`;
    this.privateKey = `${folder}/privkey.pem`;
    this.registerOutputs({});
  }
}
