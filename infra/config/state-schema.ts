import * as z from "zod";
import { GITHUB_REPOSITORY } from "../../components/aws/github-repository";
import { ENVIRONMENT_NAMES } from "../../stacks/flowstack/guide";
import type { Environment } from "../../stacks/flowstack/guide";
import { account } from "./aws-schema";
import * as f from "./fields";
import { parameterFolder } from "./outputs-schema";

const name = () => f.matches(/^[\w./-]+$/, "must be one name, without stars");
const tag = () => f.matches(/^[\w./-]+\*?$/, 'must be a name, with a star at its end at most, such as "v*"');
/** Whose jobs. `stateNeeds` sees to it that it is one forge, and one kind of jobs. */
const pipeline = z.strictObject({
  github: z
    .strictObject({
      repository: f.matches(GITHUB_REPOSITORY.form, GITHUB_REPOSITORY.wrong),
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

const PARAMETER = /^(?:\/(?!(?:[aA][wW][sS]|[sS][sS][mM])\b)[A-Za-z0-9_.-]+)(?:\/[A-Za-z0-9_.-]+)*$/;
const parameter = (example: string) => f.matches(PARAMETER, `must be the name of a parameter such as "${example}"`);

/** With the project before it, it is the name of a key, of at most 24 signs. */
export const STACK_NAME = { form: /^[a-z][a-z0-9-]{0,13}$/, wrong: 'must be the name of a stack, of at most 14 signs, such as "prod"' };

/** In the place of a parameter: the runner's own SSH agent has the key of the machines. */
export const AGENT = "agent";

/** What every pipeline is told of the stack that it brings up. */
const ofStack = {
  deployKey: f
    .matches(
      new RegExp(`^${AGENT}$|${PARAMETER.source}`),
      `must be the name of a parameter such as "/flowfleet/deploy-key/prod", or "${AGENT}"`,
    )
    .optional(),
  borrows: f.flag().default(false),
  outputs: parameterFolder().optional(),
};

/** Stack of an environment, where nothing else is said. */
export const STACKS: Readonly<Record<Environment, string>> = { production: "prod", development: "dev" };
const environment = (of: Environment) =>
  z.strictObject({
    hostedZones: z.array(f.matches(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a hosted zone such as "Z0123456789ABCDEFGHIJ"')).default([]),
    stack: f.matches(STACK_NAME.form, STACK_NAME.wrong).default(STACKS[of]),
    parameters: z.array(parameter("/terraform/flowstack/db_password")).default([]),
    ...ofStack,
    deploy: pipeline.optional(),
    release: pipeline.optional(),
  });

/** Pulumi's own state in AWS, and the pipelines that may come to it. */
export const state = z.strictObject({
  ...account,
  history: f.duration().optional(),
  locked: f.duration().optional(),
  adopt: f.text().optional(),
  issuers: z
    .record(f.hostName(), f.matches(/^arn:aws:iam::\d{12}:oidc-provider\/\S+$/, "must be the ARN of an identity provider"))
    .default({}),
  pipelines: f.group(
    Object.fromEntries(ENVIRONMENT_NAMES.map((of) => [of, environment(of).optional()])) as Record<
      Environment,
      z.ZodOptional<ReturnType<typeof environment>>
    >,
  ),
  // `stateNeeds` looks at the names.
  stacks: z.record(f.text(), z.strictObject({ ...ofStack, deploy: pipeline })).default({}),
});
