import * as acm from "@pulumi/aws/acm";
import * as route53 from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";
import { hostNameProblems } from "../kernel/names";
import type { Problem } from "../kernel/refuse";
import { refuse } from "../kernel/refuse";
import type { AwsPlace } from "./place";
import { placeProblems, tagged } from "./place";

export interface PublicCertificateArgs {
  place: AwsPlace;
  /** Public names; the first is the certificate's own. */
  names: readonly string[];
  /** Id of the public hosted zone in Route 53 that all names are in: `"Z0123456789ABCDEFGHIJ"`. */
  zone: string;
}

/**
 * A certificate of AWS' own authority, proven by records in the zone, which stay: AWS renews it by them.
 *
 * @example new PublicCertificate("prod-certificate", { place, names: ["app.example.com"], zone: "Z0123456789ABCDEFGHIJ" });
 */
export class PublicCertificate extends pulumi.ComponentResource {
  /** ARN, once it is issued. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PublicCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:PublicCertificate", name, {}, opts);
    const { place, names, zone } = args;
    refuse(this, name, publicCertificateProblems(args));

    const [domainName = "", ...subjectAlternativeNames] = names;
    const certificate = new acm.Certificate(
      `${name}-certificate`,
      {
        domainName,
        ...(subjectAlternativeNames.length > 0 && { subjectAlternativeNames }),
        validationMethod: "DNS",
        keyAlgorithm: "RSA_2048",
        tags: tagged(place, domainName),
      },
      { parent: this },
    );
    const proofs = names.map((of) => this.proof(`${name}-proof-${of}`, certificate, of, zone));
    const issued = new acm.CertificateValidation(
      `${name}-issued`,
      { certificateArn: certificate.arn, validationRecordFqdns: proofs.map(({ fqdn }) => fqdn) },
      { parent: this },
    );

    this.arn = issued.certificateArn;
    this.registerOutputs({ arn: this.arn });
  }

  private proof(name: string, { domainValidationOptions }: acm.Certificate, of: string, zoneId: string): route53.Record {
    const wanted = domainValidationOptions.apply((options) => {
      const found = options.find(({ domainName }) => domainName === of);
      if (!found) throw new pulumi.ResourceError(`AWS asks for no record to prove ${of}`, this);
      return found;
    });
    const record = {
      name: wanted.resourceRecordName,
      type: wanted.resourceRecordType,
      records: [wanted.resourceRecordValue],
    };
    // The same name in another certificate asks for the same record.
    return new route53.Record(name, { zoneId, ttl: 300, allowOverwrite: true, ...record }, { parent: this });
  }
}

const publicCertificateProblems = ({ place, names, zone }: PublicCertificateArgs): Problem[] => [
  ...placeProblems("place", place),
  ...(names.length === 0 ? [{ path: "names", wrong: "must hold a name" }] : []),
  ...names.flatMap((one, index) => hostNameProblems(`names[${index}]`, one)),
  ...names.flatMap((one, index) => (names.indexOf(one) < index ? [{ path: `names[${index}]`, wrong: "is there twice", got: one }] : [])),
  ...zoneProblems("zone", zone),
];

export const zoneProblems = (path: string, zone: string): Problem[] =>
  /^Z[A-Z0-9]{1,31}$/.test(zone)
    ? []
    : [{ path, wrong: "must be the id of a public hosted zone in Route 53", got: zone, allowed: 'such as "Z0123456789ABCDEFGHIJ"' }];
