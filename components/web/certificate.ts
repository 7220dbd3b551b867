import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { HostStep } from "../host/host-step";
import { linesOf } from "../kernel/lines";
import { hostNameProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";

/** How the certificate comes about. */
export type Challenge =
  /** ACME, answered by `NginxServer` on port 80: the names must point to this machine. */
  | { type: "http" }
  /** ACME, answered by a dynamic DNS update (RFC 2136): works before the names point here, and for wildcards. */
  | {
      type: "rfc2136";
      /** IP address of the primary name server. */
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
  /** A certificate and its key that exist already: PEM text, or the paths of files on the machine. */
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
  /** What to do when the ACME server gives no certificate at first contact: fail, or serve a self-signed one and go on asking. @default fail */
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
    const { host, names, challenge = { type: "http" } } = args;
    const certificate = args.certificate ?? names[0] ?? "";
    refuse(this, name, certificateProblems(certificate, challenge, args));

    new HostStep(
      `${name}-issue`,
      {
        host,
        noun: "certificate",
        document: certificateDocument(certificate, challenge, args),
        secret: challenge.type !== "http" && challenge.type !== "self-signed",
        removable: true,
      },
      { parent: this },
    );

    this.names = names;
    this.fullchain = `/etc/flowfleet/certificates/${certificate}/fullchain.pem`;
    this.privateKey = `/etc/flowfleet/certificates/${certificate}/privkey.pem`;
    this.registerOutputs({ fullchain: this.fullchain });
  }
}

const isAcme = ({ type }: Challenge) => type === "http" || type === "rfc2136" || type === "cloudflare";

/** The document for the helper, without its owner. */
function certificateDocument(certificate: string, challenge: Challenge, { names, acme, fallback }: CertificateArgs): pulumi.Output<object> {
  return pulumi.output({
    name: certificate,
    names,
    ...(isAcme(challenge) && acme),
    challenge: challengeDocument(challenge),
    ...(fallback && { fallback }),
  });
}

function challengeDocument(challenge: Challenge): pulumi.Input<object> {
  switch (challenge.type) {
    case "rfc2136":
      return { port: 53, algorithm: "HMAC-SHA512", ...challenge };
    case "files":
      return { type: "files", certificate: linesOrPath(challenge.certificate), key: linesOrPath(challenge.key) };
    case "http":
    case "cloudflare":
    case "self-signed":
      return challenge;
    default:
      return challenge satisfies never;
  }
}

const linesOrPath = (given: pulumi.Input<string>) => pulumi.output(given).apply((text) => (text.startsWith("/") ? text : linesOf(text)));

const certificateProblems = (certificate: string, challenge: Challenge, { names, acme }: CertificateArgs): Problem[] => [
  ...(names.length === 0 ? [{ path: "names", wrong: "must hold at least one name" }] : []),
  ...names.flatMap((one, index) => hostNameProblems(`names[${index}]`, one.replace(/^\*\./, ""))),
  ...(challenge.type === "http" && names.some((one) => one.startsWith("*."))
    ? [{ path: "challenge", wrong: "a wildcard cannot be proven by HTTP", allowed: "rfc2136, cloudflare, files, self-signed" }]
    : []),
  ...(/^[a-z0-9][a-z0-9.-]*$/.test(certificate)
    ? []
    : [
        {
          path: "certificate",
          wrong: 'must be a plain name such as "shop.example.com"',
          got: certificate,
          todo: "give the certificate a name of its own",
        },
      ]),
  ...(isAcme(challenge) && acme === undefined
    ? [{ path: "acme", wrong: `must name the account for the challenge "${challenge.type}"`, todo: 'add { email: "ops@example.com" }' }]
    : []),
];
