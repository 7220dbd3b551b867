import * as z from "zod";
import { ENVIRONMENT_NAMES } from "../../stacks/flowstack/guide";
import type { Environment } from "../../stacks/flowstack/guide";
import * as f from "./fields";

const name = () => f.matches(/^[\w./-]+$/, "must be one name, without stars");
const tag = () => f.matches(/^[\w./-]+\*?$/, 'must be a name, with a star at its end at most, such as "v*"');
/** Whose jobs. `stateNeeds` sees to it that it is one forge, and one kind of jobs. */
const pipeline = z.strictObject({
  github: z
    .strictObject({
      repository: f.matches(/^[\w.-]+\/[\w.-]+$/, 'must be whole, such as "acme/flowstack", without stars'),
      environment: name().optional(),
      branch: name().optional(),
      tag: tag().optional(),
    })
    .optional(),
  gitlab: z
    .strictObject({
      project: f.matches(/^[\w.-]+(?:\/[\w.-]+)+$/, 'must be whole, such as "acme/flowstack", without stars'),
      host: f.hostName().default("gitlab.com"),
      branch: name().optional(),
      tag: tag().optional(),
    })
    .optional(),
});
export type PipelineSettings = z.output<typeof pipeline>;

const environment = z.strictObject({
  hostedZones: z.array(f.matches(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a hosted zone such as "Z0123456789ABCDEFGHIJ"')).default([]),
  deploy: pipeline.optional(),
  release: pipeline.optional(),
});

/** Pulumi's own state in AWS, and the pipelines that may come to it. */
export const state = z.strictObject({
  account: f.matches(/^\d{12}$/, "must be the twelve digits of an AWS account, in quotes"),
  region: f.matches(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'must be a region such as "eu-central-1"'),
  history: f.duration().optional(),
  locked: f.duration().optional(),
  adopt: f.text().optional(),
  issuers: z
    .record(f.hostName(), f.matches(/^arn:aws:iam::\d{12}:oidc-provider\/\S+$/, "must be the ARN of an identity provider"))
    .default({}),
  pipelines: f.group(
    Object.fromEntries(ENVIRONMENT_NAMES.map((of) => [of, environment.optional()])) as Record<
      Environment,
      z.ZodOptional<typeof environment>
    >,
  ),
});
