/** Package `aws`, public names: certificates, their validation, records. */
import type { CertificateArgs, CertificateValidationArgs } from "@pulumi/aws/acm";
import type { RecordArgs } from "@pulumi/aws/route53";
import type { Unwrap } from "@pulumi/pulumi";
import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { Clients } from "./clients";
import { keyAndValue, orGone, told, type } from "./resource";

const certificate = type<Unwrap<CertificateArgs>>({
  replaces: ["domainName", "subjectAlternativeNames", "validationMethod", "keyAlgorithm"],
  updates: ["tags", "options"],
  create: async (inputs, { acm }) => {
    const { CertificateArn } = await acm.requestCertificate({
      DomainName: inputs.domainName,
      ...(inputs.subjectAlternativeNames?.length && { SubjectAlternativeNames: inputs.subjectAlternativeNames }),
      ValidationMethod: inputs.validationMethod as "DNS",
      KeyAlgorithm: inputs.keyAlgorithm as "RSA_2048",
      ...(inputs.tags && Object.keys(inputs.tags).length > 0 && { Tags: keyAndValue(inputs.tags) }),
    });
    return told(CertificateArn, "ARN of a certificate");
  },
  read: async ({ id }, { acm }) => {
    const found = await orGone(acm.describeCertificate({ CertificateArn: id }));
    if (!found?.Certificate) return undefined;
    const { DomainValidationOptions = [], Status } = found.Certificate;
    return {
      arn: id,
      status: Status ?? "",
      domainValidationOptions: DomainValidationOptions.map(({ DomainName = "", ResourceRecord }) => ({
        domainName: DomainName,
        resourceRecordName: ResourceRecord?.Name ?? "",
        resourceRecordType: ResourceRecord?.Type ?? "CNAME",
        resourceRecordValue: ResourceRecord?.Value ?? "",
      })),
    };
  },
  update: async ({ id, inputs }, _, { acm }) => {
    if (inputs.tags) await acm.addTagsToCertificate({ CertificateArn: id, Tags: keyAndValue(inputs.tags) });
  },
  delete: async ({ id }, { acm }) => {
    await acm.deleteCertificate({ CertificateArn: id });
  },
});

const VALIDATION_MS = 5 * 60_000;

/** Nothing of AWS's own: it is done when the certificate is issued. */
const certificateValidation = type<Unwrap<CertificateValidationArgs>>({
  replaces: ["certificateArn", "validationRecordFqdns"],
  updates: [],
  create: async ({ certificateArn }, aws) => {
    for (const end = Date.now() + VALIDATION_MS; ; await new Promise((resolve) => setTimeout(resolve, 1000))) {
      const { Certificate } = await aws.acm.describeCertificate({ CertificateArn: certificateArn });
      if (Certificate?.Status === "ISSUED") return (Certificate.IssuedAt ?? new Date(0)).toISOString();
      if (Date.now() > end)
        throw new Error(`certificate ${certificateArn}: still ${Certificate?.Status ?? "unknown"} after ${VALIDATION_MS / 60_000} minutes`);
    }
  },
  read: async ({ inputs }, { acm }) =>
    (await orGone(acm.describeCertificate({ CertificateArn: inputs.certificateArn }))) ? {} : undefined,
  delete: () => Promise.resolve(),
});

const record = type<Unwrap<RecordArgs>>({
  replaces: ["zoneId", "name", "type", "setIdentifier"],
  updates: ["aliases", "records", "ttl", "allowOverwrite"],
  create: async (inputs, aws) => {
    await change(inputs.allowOverwrite ? "UPSERT" : "CREATE", inputs, aws);
    return `${inputs.zoneId}_${inputs.name}_${inputs.type}`;
  },
  read: async ({ inputs }, { route53 }) => {
    const { ResourceRecordSets = [] } =
      (await orGone(
        route53.listResourceRecordSets({ HostedZoneId: inputs.zoneId, StartRecordName: inputs.name, StartRecordType: inputs.type as "A" }),
      )) ?? {};
    const name = dotted(inputs.name);
    return ResourceRecordSets.some(({ Name = "", Type }) => dotted(Name) === name && Type === inputs.type)
      ? { fqdn: inputs.name.replace(/\.$/, "") }
      : undefined;
  },
  update: ({ inputs }, _, aws) => change("UPSERT", inputs, aws),
  delete: ({ inputs }, aws) => change("DELETE", inputs, aws),
});

const dotted = (name: string): string => (name.endsWith(".") ? name : `${name}.`);

async function change(
  Action: "CREATE" | "UPSERT" | "DELETE",
  { zoneId, name, type: kind, aliases, records, ttl }: Unwrap<RecordArgs>,
  { route53 }: Clients,
): Promise<void> {
  const [alias] = aliases ?? [];
  const ResourceRecordSet: ResourceRecordSet = {
    Name: name,
    Type: kind as "A",
    ...(alias
      ? { AliasTarget: { HostedZoneId: alias.zoneId, DNSName: alias.name, EvaluateTargetHealth: alias.evaluateTargetHealth } }
      : { TTL: ttl ?? 300, ResourceRecords: records?.map((Value) => ({ Value })) }),
  };
  await route53.changeResourceRecordSets({ HostedZoneId: zoneId, ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] } });
}

export const NAME_TYPES = {
  "aws:acm/certificate:Certificate": certificate,
  "aws:acm/certificateValidation:CertificateValidation": certificateValidation,
  "aws:route53/record:Record": record,
};
