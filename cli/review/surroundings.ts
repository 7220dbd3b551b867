import { CliError } from "../explain";
import type { GitHubPullRequest } from "./github";
import type { GitLabMergeRequest } from "./gitlab";
import type { Mark } from "./mark";

/** Where a review runs, as CI's own variables say. */
export type Surroundings =
  | ({ forge: "gitlab"; mark: Mark; artifact: Artifact } & Untold<GitLabMergeRequest>)
  | ({ forge: "github"; mark: Mark; artifact: Artifact } & Untold<GitHubPullRequest>)
  | { forge: "none"; why: string; artifact: Artifact };

/** Without a token only an artifact is written. */
type Untold<T extends { token: string }> = Omit<T, "token"> & { token?: string };

/** Markdown that says where a file of the artifact's folder is. */
type Artifact = (folder: string, file: string) => string;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Asked {
  /** Number of the merge request, where CI does not say it (GitHub's `workflow_run`). */
  mergeRequest?: number;
  /** Its commit, with that. */
  commit?: string;
  /** Name of the artifact that the job uploads, for GitHub, which gives it an address only afterwards. @default "flowfleet-plan" */
  artifact?: string;
  /** Text of a file; the event's, with GitHub. */
  readFile: (file: string) => string;
}

/**
 * GitLab: https://docs.gitlab.com/ci/variables/predefined_variables/, GitHub:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 *
 * @throws CliError for a fork's code in a pipeline that has secrets.
 */
export function surroundings(env: Environment, asked: Asked): Surroundings {
  if (env["GITLAB_CI"] === "true") return gitLabJob(env, asked);
  if (env["GITHUB_ACTIONS"] === "true") return gitHubJob(env, asked);
  return { forge: "none", why: "this is no job of GitLab CI or GitHub Actions", artifact: (folder, file) => `\`${folder}/${file}\`` };
}

function gitLabJob(env: Environment, asked: Asked): Surroundings {
  const token = env["GITLAB_TOKEN"];
  const job = `${needed(env, "CI_PROJECT_URL")}/-/jobs/${needed(env, "CI_JOB_ID")}`;
  const artifact: Artifact = (folder, file) => `[${file}](${job}/artifacts/file/${folder}/${file})`;
  const mergeRequest = asked.mergeRequest ?? number(env, "CI_MERGE_REQUEST_IID");
  if (mergeRequest === undefined)
    return {
      forge: "none",
      artifact,
      why: "this pipeline is not of a merge request (rules: if: $CI_PIPELINE_SOURCE == 'merge_request_event')",
    };
  return {
    forge: "gitlab",
    host: needed(env, "CI_API_V4_URL").replace(/\/api\/v4\/?$/, ""),
    // A fork's pipeline runs in the fork.
    project: env["CI_MERGE_REQUEST_PROJECT_ID"] ?? needed(env, "CI_PROJECT_ID"),
    mergeRequest,
    mark: {
      // In a merged-results pipeline CI_COMMIT_SHA is of a commit that GitLab made; elsewhere the other one is empty.
      commit: asked.commit ?? (env["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"] || needed(env, "CI_COMMIT_SHA")),
      pipeline: number(env, "CI_PIPELINE_ID") ?? 0,
      attempt: 1,
    },
    artifact,
    ...(token && { token }),
  };
}

function gitHubJob(env: Environment, asked: Asked): Surroundings {
  const token = env["GITHUB_TOKEN"];
  const [owner = "", repo = ""] = needed(env, "GITHUB_REPOSITORY").split("/");
  const page = `${needed(env, "GITHUB_SERVER_URL")}/${owner}/${repo}/actions/runs/${needed(env, "GITHUB_RUN_ID")}`;
  const artifact: Artifact = (_, file) => `\`${file}\` in artifact \`${asked.artifact ?? "flowfleet-plan"}\` of [this run](${page})`;
  const { pull_request: of } = JSON.parse(asked.readFile(needed(env, "GITHUB_EVENT_PATH"))) as Event;
  const isForeign = of !== undefined && of.head.repo?.full_name !== `${owner}/${repo}`;
  if (env["GITHUB_EVENT_NAME"] === "pull_request_target" && isForeign)
    throw new CliError(
      "This workflow runs on pull_request_target: the code of a fork would run with this repository's secrets. Run it on pull_request; comments on forks' pull requests: docs/reviews.md.",
    );
  const pullRequest = asked.mergeRequest ?? of?.number;
  const commit = asked.commit ?? of?.head.sha;
  if (pullRequest === undefined || commit === undefined)
    return { forge: "none", artifact, why: `this run is not of a pull request (event ${env["GITHUB_EVENT_NAME"] ?? "unknown"})` };
  return {
    forge: "github",
    api: needed(env, "GITHUB_API_URL"),
    owner,
    repo,
    pullRequest,
    commit,
    page,
    mark: { commit, pipeline: number(env, "GITHUB_RUN_ID") ?? 0, attempt: number(env, "GITHUB_RUN_ATTEMPT") ?? 1 },
    artifact,
    ...(token && { token }),
  };
}

/** What is used of https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request */
interface Event {
  pull_request?: { number: number; head: { sha: string; repo: { full_name: string } | null } };
}

function needed(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new CliError(`${name} is not set, which this CI sets for each job.`);
  return value;
}

function number(env: Environment, name: string): number | undefined {
  const value = env[name];
  if (!value) return undefined;
  if (!/^\d+$/.test(value)) throw new CliError(`${name}: must be a number, got ${value}.`);
  return Number(value);
}
