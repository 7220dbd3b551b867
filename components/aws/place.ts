import { isSlug } from "../kernel/names";
import type { Problem } from "../kernel/refuse";

/** Where in AWS an environment stands, and how all that belongs to it is named. Plain: names and policies are made of it. */
export interface AwsPlace {
  /** Begins every name: `"flowstack-prod"`. At most 24 signs, because a load balancer's name has 32. */
  prefix: string;
  /** Twelve digits. */
  account: string;
  region: string;
  /** ARN of the policy that no role of the environment goes beyond: `boundaryArn(place)` where a pipeline deploys it. @default none */
  boundary?: string;
  /** On everything that can have some. */
  tags: Readonly<Record<string, string>>;
}

/** Where an environment of a system stands, and how all that belongs to it is tagged. */
export const systemPlace = (system: string, environment: string, { account, region }: { account: string; region: string }): AwsPlace => ({
  prefix: `${system}-${environment}`,
  account,
  region,
  tags: { project: system, environment, "managed-by": "flowfleet" },
});

/** The tags of one thing: those of the environment, and its name, which AWS's console shows. */
export const tagged = ({ tags }: AwsPlace, name: string): Record<string, string> => ({ ...tags, Name: name });

/** The limit of a role that is made. */
export const bounded = ({ boundary }: AwsPlace): { permissionsBoundary?: string } =>
  boundary === undefined ? {} : { permissionsBoundary: boundary };

/** The ARN of something in this region and account. */
export const arnOf = ({ region, account }: Pick<AwsPlace, "region" | "account">, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

export const placeProblems = (path: string, { prefix, account, region }: AwsPlace): Problem[] => [
  ...(isSlug(prefix) && /^[a-z]/.test(prefix) && prefix.length <= 24
    ? []
    : [
        {
          path: `${path}/prefix`,
          wrong: 'must be at most 24 lower-case letters, digits and hyphens, a letter first, such as "flowstack-prod"',
          got: prefix,
        },
      ]),
  ...(/^\d{12}$/.test(account)
    ? []
    : [{ path: `${path}/account`, wrong: "must be the twelve digits of an AWS account, in quotes", got: account }]),
  ...(/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)
    ? []
    : [{ path: `${path}/region`, wrong: 'must be a region such as "eu-central-1"', got: region }]),
];
