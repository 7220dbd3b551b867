import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { isHostName, slugProblems } from "../kernel/names";
import type { Problem } from "../kernel/refuse";
import { refuse } from "../kernel/refuse";
import { GITHUB_REPOSITORY } from "./github-repository";
import type { AwsPlace } from "./place";
import { placeProblems, tagged } from "./place";
import type { Statement } from "./policy";
import { policyText } from "./policy";
import { tokenIssuer, tokenOf } from "./token-issuer";
import type { Pipeline, Token } from "./token-issuer";

export interface DeployRoleArgs {
  place: AwsPlace;
  /** What the pipeline does with it: names the role, after the prefix: `"release"`. */
  purpose: string;
  pipeline: Pipeline;
  /** What it may do, a policy of each: `{ release: releaseStatements(…) }`, `{ ...stackStatements(…), state: stateStatements(…) }`. */
  statements: Readonly<Record<string, pulumi.Input<readonly Statement[]>>>;
  /** Makes the policy too that roles of the environment never go beyond: `boundaryStatements(place)`. @default none */
  boundary?: readonly Statement[];
  /** ARN of the account's provider for these tokens. An account has one of each: the second role needs the first one's. @default made here */
  provider?: pulumi.Input<string>;
}

/** Names with this path are the administrator's: what pipelines may change begins with a prefix and has none. */
export const ADMIN_PATH = "/deploy/";

/**
 * A role that the jobs of one repository take on by the tokens that GitHub or GitLab sign for each of them. Belongs to the stack of an
 * administrator: a role that could change itself would have every right.
 *
 * @example
 * new DeployRole("prod-release-role", {
 *   place, purpose: "release", pipeline: { github: { repository: "acme/flowstack", environment: "prod" } },
 *   statements: { release: releaseStatements(place, service) },
 * });
 */
export class DeployRole extends pulumi.ComponentResource {
  /** For `role-to-assume` of the pipeline. */
  readonly roleArn: pulumi.Output<string>;
  /** For the second role with tokens of the same issuer. */
  readonly provider: pulumi.Output<string>;

  constructor(name: string, args: DeployRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:DeployRole", name, {}, opts);
    const { place, purpose, pipeline, statements, boundary, provider } = args;
    refuse(this, name, problems(args));

    const token = tokenOf(pipeline);
    this.provider = provider === undefined ? tokenIssuer(name, { place, pipeline }, this).arn : pulumi.output(provider);
    const full = `${place.prefix}-${purpose}`;
    const role = new iam.Role(
      `${name}-role`,
      {
        name: full,
        path: ADMIN_PATH,
        assumeRolePolicy: this.provider.apply((arn) => policyText([trustStatement(arn, token)])),
        maxSessionDuration: 3600,
        tags: tagged(place, full),
      },
      { parent: this },
    );
    for (const [word, of] of Object.entries(statements)) {
      const policy = this.policy(name, `${full}-${word}`, { place, word, of });
      new iam.RolePolicyAttachment(`${name}-${word}-given`, { role: role.name, policyArn: policy.arn }, { parent: this });
    }
    if (boundary !== undefined) this.policy(name, `${place.prefix}-boundary`, { place, word: "boundary", of: boundary });

    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }

  private policy(
    name: string,
    full: string,
    { place, word, of }: { place: AwsPlace; word: string; of: pulumi.Input<readonly Statement[]> },
  ) {
    const policy = pulumi.output(of).apply((statements) => {
      refuse(this, name, sizeProblems(`statements/${word}`, statements));
      return policyText(statements);
    });
    return new iam.Policy(`${name}-${word}`, { name: full, path: ADMIN_PATH, policy, tags: tagged(place, full) }, { parent: this });
  }
}

const trustStatement = (provider: string, { host, audience, subject }: Token): Statement => ({
  Effect: "Allow",
  Principal: { Federated: provider },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: {
    StringEquals: { [`${host}:aud`]: audience },
    // Tags alone may hold a star; without one it is the same as equality.
    StringLike: { [`${host}:sub`]: subject },
  },
});

/** Of a policy, in signs. */
const LONGEST = 6144;

/** What is only known when the rights are. Pure, because an error at that time is nothing that a test could catch. */
export function sizeProblems(path: string, statements: readonly Statement[]): Problem[] {
  const size = policyText(statements).length;
  if (size <= LONGEST) return [];
  return [{ path, wrong: "is too long for one policy", got: size, allowed: `up to ${LONGEST} signs`, todo: "give it in two" }];
}

const GITLAB_PROJECT = { form: /^[\w.-]+(?:\/[\w.-]+)+$/, wrong: 'must be whole, such as "acme/flowstack", without stars' };

const problems = ({ place, purpose, pipeline, statements, boundary }: DeployRoleArgs): Problem[] => [
  ...placeProblems("place", place),
  ...slugProblems("purpose", purpose),
  ...Object.keys(statements).flatMap((word) => slugProblems(`statements/${word}`, word)),
  ...(boundary !== undefined && "boundary" in statements ? [{ path: "statements/boundary", wrong: "is the name of the boundary" }] : []),
  ...("github" in pipeline
    ? pipelineProblems("pipeline/github", "repository", pipeline.github.repository, GITHUB_REPOSITORY, pipeline.github)
    : [
        ...pipelineProblems("pipeline/gitlab", "project", pipeline.gitlab.project, GITLAB_PROJECT, pipeline.gitlab),
        ...(isHostName(pipeline.gitlab.host ?? "gitlab.com")
          ? []
          : [{ path: "pipeline/gitlab/host", wrong: 'must be a bare name such as "gitlab.com"', got: pipeline.gitlab.host }]),
      ]),
];

/** Whoever could choose one of these freely would have the role: so none of them may match more than it says. */
function pipelineProblems(path: string, key: string, source: string, { form, wrong }: typeof GITHUB_REPOSITORY, jobs: object): Problem[] {
  const { environment, branch, tag } = jobs as Partial<Record<"environment" | "branch" | "tag", string>>;
  return [
    ...(form.test(source) ? [] : [{ path: `${path}/${key}`, wrong, got: source }]),
    ...Object.entries({ environment, branch })
      .filter(([, text]) => text !== undefined && !/^[\w./-]+$/.test(text))
      .map(([word, text]) => ({ path: `${path}/${word}`, wrong: "must be one name, without stars", got: text })),
    ...(tag !== undefined && !/^[\w./-]+\*?$/.test(tag)
      ? [{ path: `${path}/tag`, wrong: 'must be a name, with a star at its end at most, such as "v*"', got: tag }]
      : []),
  ];
}
