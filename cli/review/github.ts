import { Octokit, type RestEndpointMethodTypes } from "@octokit/rest";
import { type Check, type Forge, ForgeRefusal, unless } from "./forge";
import { type Patience, patientFetch } from "./patient-fetch";

export interface GitHubPullRequest {
  /** Of the API: `https://api.github.com`. */
  api: string;
  owner: string;
  repo: string;
  pullRequest: number;
  /** That the check is set on. */
  commit: string;
  /** Page that the check links to. */
  page: string;
  token: string;
}

/** `body is too long (maximum is 65536 characters)`, and the same for a check's summary: a byte less for either. */
const LIMIT = 65_535;
const CHECK_NAME = "Flowfleet plan";
const LONGEST_TITLE = 255;

/** A pull request by GitHub's REST API: https://docs.github.com/en/rest/issues/comments */
export function gitHub(request: GitHubPullRequest, patience?: Patience): Forge {
  const { api, owner, repo, pullRequest, token } = request;
  const octokit = new Octokit({
    baseUrl: api,
    auth: token,
    request: { fetch: patientFetch(patience) },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  const { issues, pulls, users } = octokit.rest;
  const here = { owner, repo };
  return {
    name: "GitHub",
    limit: LIMIT,
    head: async () => (await asked(pulls.get({ ...here, pull_number: pullRequest }))).data.head.sha,
    comments: async () => {
      // A job's own GITHUB_TOKEN may not ask who it is; what it writes is a bot's.
      const me = await unless(
        403,
        asked(users.getAuthenticated()).then(({ data }) => data.id),
        undefined,
      );
      const all = await asked(octokit.paginate(issues.listComments, { ...here, issue_number: pullRequest, per_page: 100 }));
      return all
        .filter(({ user }) => (me === undefined ? user?.type === "Bot" : user?.id === me))
        .map(({ id, body }) => ({ id, body: body ?? "" }));
    },
    create: async (body) => {
      await asked(issues.createComment({ ...here, issue_number: pullRequest, body }));
    },
    update: (id, body) =>
      unless(
        404,
        asked(issues.updateComment({ ...here, comment_id: id, body })).then(() => true),
        false,
      ),
    remove: async (id) => {
      await unless<unknown>(404, asked(issues.deleteComment({ ...here, comment_id: id })), undefined);
    },
    check: (check) => setCheck(octokit, request, check),
  };
}

/** A check run, which only an app may set (a job's GITHUB_TOKEN with `checks: write` is one); else a commit status. */
async function setCheck(octokit: Octokit, { owner, repo, commit, page }: GitHubPullRequest, check: Check): Promise<string> {
  const run: RestEndpointMethodTypes["checks"]["create"]["parameters"] = {
    owner,
    repo,
    name: CHECK_NAME,
    head_sha: commit,
    status: "completed",
    conclusion: check.passed ? "success" : "failure",
    details_url: page,
    output: { title: shortened(check.title, LONGEST_TITLE), summary: check.summary },
  };
  const isSet = asked(octokit.rest.checks.create(run)).then(() => true);
  if (await unless(403, isSet, false)) return `check "${CHECK_NAME}" set: ${check.title}`;
  const status = {
    owner,
    repo,
    sha: commit,
    state: check.passed ? ("success" as const) : ("failure" as const),
    context: CHECK_NAME,
    description: shortened(check.title, 140),
    target_url: page,
  };
  const stands = asked(octokit.rest.repos.createCommitStatus(status)).then(() => true);
  return (await unless(403, stands, false))
    ? `commit status "${CHECK_NAME}" set, as the token may not set checks: ${check.title}`
    : "neither a check nor a commit status was set: the token may do neither (permission checks: write, or statuses: write)";
}

/** GitHub refuses a longer title of a check, and a longer description of a status. */
const shortened = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);

const asked = <T>(request: Promise<T>): Promise<T> =>
  request.catch((error: unknown) => {
    if (isRefusal(error)) throw new ForgeRefusal(isRateLimit(error) ? 429 : error.status, error.message);
    throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
  });

/** Octokit's `RequestError`. */
interface Refusal extends Error {
  status: number;
  response?: { headers: Readonly<Record<string, string | number | undefined>> };
}
const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Error && "status" in error && "response" in error && typeof error.status === "number";

/** GitHub answers 403 to those who ask too often, as it does to those who may not. */
const isRateLimit = ({ status, message, response }: Refusal): boolean =>
  status === 403 &&
  (response?.headers["x-ratelimit-remaining"] === "0" || response?.headers["retry-after"] !== undefined || /rate limit/i.test(message));
