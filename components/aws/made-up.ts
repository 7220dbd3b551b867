/** A resource of the package `aws` that nobody makes: its type token, its name, what the program says of it. */
export interface NeverMade {
  type: string;
  name: string;
  inputs: Readonly<Record<string, unknown>>;
}

/**
 * What AWS would tell of a resource if it were made, as far as the components look at it: for tests, and for plans that pretend. No ARN of
 * AWS looks like these, so that nobody asks it about them.
 *
 * @example madeUp({ type: "aws:ecs/cluster:Cluster", name: "cluster", inputs: {} }) // { arn: "arn:made-up:Cluster:cluster", … }
 */
export function madeUp({ type, name, inputs }: NeverMade) {
  const kind = type.split(":").at(-1) ?? "";
  return { arn: typeof inputs["arn"] === "string" ? inputs["arn"] : `arn:made-up:${kind}:${name}`, ...OF_KIND[kind]?.(name, inputs) };
}

/** No machine has it: nobody knows its private half. */
export const MADE_UP_HOST_KEY = `ssh-ed25519 ${Buffer.concat([Buffer.from("0000000b7373682d6564323535313900000020", "hex"), Buffer.alloc(32)]).toString("base64")}`;

const OF_KIND: Readonly<Record<string, (name: string, inputs: NeverMade["inputs"]) => Record<string, string | number | object>>> = {
  Certificate: (_, inputs) => ({ domainValidationOptions: proofsOf(inputs) }),
  // Of EC2, and of RDS.
  Instance: (name, { engine }): Record<string, string | number> =>
    engine === undefined ? { publicIp: "203.0.113.99" } : { address: `${name}.made-up.invalid`, port: 5432 },
  Eip: () => ({ publicIp: "203.0.113.99" }),
  Key: (name) => ({ keyId: `${name}-key-id` }),
  LoadBalancer: (name) => ({ arnSuffix: `app/${name}/0`, dnsName: `${name}.made-up.invalid`, zoneId: "ZMADEUP" }),
  Parameter: () => ({ version: 1 }),
  Record: (_, { name }) => ({ fqdn: String(name) }),
  TargetGroup: (name) => ({ arnSuffix: `targetgroup/${name}/0` }),
};

/** The records by which names are proven. */
const proofsOf = ({ domainName, subjectAlternativeNames = [] }: NeverMade["inputs"]): object[] =>
  [domainName, ...(subjectAlternativeNames as unknown[])].map((name) => ({
    domainName: name,
    resourceRecordName: `_proof.${String(name)}.`,
    resourceRecordType: "CNAME",
    resourceRecordValue: "proof.made-up.invalid.",
  }));
