import type { CertificateArgs } from "../../components/web/certificate";
import type { Config } from "../config/read-config";

/** On every machine whose ACME server has a certificate of a CA of its own; written by the machine's owner. */
export const ACME_TRUST = "/etc/flowfleet/acme-trust.pem";

/** The account at the ACME server, unless the stack needs none. */
export function acmeAccount({ acme: { email, server, trust } }: Config): CertificateArgs["acme"] {
  if (email === undefined) return undefined;
  return { email, ...(server && { server }), ...(trust && { trust: ACME_TRUST }) };
}
