import * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsPlace } from "./place";
import { tagged } from "./place";

/** What of a repository may take on the role: the jobs of one environment, of one branch, or of tags. */
export type GitHubJobs = { environment: string } | { branch: string } | { tag: string };

/**
 * AWS sees no environment in GitLab's tokens, so that a branch or tag it is: protect it there. All its jobs have the role, and whoever may
 * push to it. Before GitLab 18.2.2 a fork's branch of that name had it, too, where its merge request's pipeline ran in the parent
 * project: https://gitlab.com/gitlab-org/gitlab/-/issues/548165.
 */
export type GitLabJobs = { branch: string } | { tag: string };

/** Whose jobs may take on the role, without any key that could be stolen. */
export type Pipeline =
  /** `repository` as `"owner/name"`, or with the ids that newer ones have in their tokens: `"owner@123/name@456"`. */
  | { github: { repository: string } & GitHubJobs }
  /** `project` with its groups: `"acme/tools/flowfleet"`. @default of `host` "gitlab.com" */
  | { gitlab: { project: string; host?: string } & GitLabJobs };

/** What the tokens say that are let in. */
export interface Token {
  /** Who signs them. */
  host: string;
  audience: string;
  subject: string;
}

/** Pure, so that a test reads whole subjects. */
export function tokenOf(pipeline: Pipeline): Token {
  if ("github" in pipeline) {
    const { repository, ...jobs } = pipeline.github;
    return {
      host: "token.actions.githubusercontent.com",
      audience: "sts.amazonaws.com",
      subject: `repo:${repository}:${gitHubSubject(jobs)}`,
    };
  }
  const { project, host = "gitlab.com", ...jobs } = pipeline.gitlab;
  const [type, ref] = "branch" in jobs ? ["branch", jobs.branch] : ["tag", jobs.tag];
  return { host, audience: `https://${host}`, subject: `project_path:${project}:ref_type:${type}:ref:${ref}` };
}

function gitHubSubject(jobs: GitHubJobs): string {
  if ("environment" in jobs) return `environment:${jobs.environment}`;
  return "branch" in jobs ? `ref:refs/heads/${jobs.branch}` : `ref:refs/tags/${jobs.tag}`;
}

/** What makes AWS believe the tokens of one forge. An account has one for each. */
export function tokenIssuer(
  name: string,
  { place, pipeline }: { place: AwsPlace; pipeline: Pipeline },
  parent?: pulumi.Resource,
): iam.OpenIdConnectProvider {
  const { host, audience } = tokenOf(pipeline);
  const args = { url: `https://${host}`, clientIdLists: [audience], tags: tagged(place, host) };
  return new iam.OpenIdConnectProvider(`${name}-issuer`, args, parent && { parent });
}
