import { type Answer, ApiServer, type Request } from "./api-server";

/** In the shape of https://docs.github.com/en/rest/issues/comments */
interface IssueComment {
  id: number;
  body: string;
  user: User;
  created_at: string;
  updated_at: string;
  author_association: string;
}
interface User {
  id: number;
  login: string;
  type: "Bot" | "User";
}

export const REPO = "/repos/acme/fleet";
export const COMMENTS = `${REPO}/issues/7/comments`;
export const HEAD = "1f0ec0de00000000000000000000000000000007";

const BOT: User = { id: 41898282, login: "github-actions[bot]", type: "Bot" };
const ROBOT: User = { id: 77, login: "acme-robot", type: "User" };
const PERSON: User = { id: 5, login: "ada", type: "User" };

/** What a token may: a job's own, the one of a fork's pull request, a person's without and with statuses. */
const TOKENS: Readonly<Record<string, { user: User; app: boolean; comments: boolean; checks: boolean; statuses: boolean } | undefined>> = {
  "ghs-job": { user: BOT, app: true, comments: true, checks: true, statuses: true },
  "ghs-checks": { user: BOT, app: true, comments: false, checks: true, statuses: false },
  "ghs-fork": { user: BOT, app: true, comments: false, checks: false, statuses: false },
  "ghp-statuses": { user: ROBOT, app: false, comments: true, checks: false, statuses: true },
  "ghp-comments": { user: ROBOT, app: false, comments: true, checks: false, statuses: false },
};

/** A GitHub with one pull request (acme/fleet#7), on loopback. */
export class GitHubServer {
  comments: IssueComment[] = [];
  checks: Record<string, unknown>[] = [];
  statuses: Record<string, unknown>[] = [];
  head = HEAD;
  private lastId = 100;

  private constructor(readonly api: ApiServer) {}

  static async start(): Promise<GitHubServer> {
    const api: ApiServer = await ApiServer.start((request) => server.answer(request));
    const server = new GitHubServer(api);
    return server;
  }

  /** A comment of the job's bot, or of a person. */
  add(body: string, user: User = BOT): IssueComment {
    const now = "2026-01-01T00:00:00Z";
    const comment = { id: ++this.lastId, body, user, created_at: now, updated_at: now, author_association: "NONE" };
    this.comments.push(comment);
    return comment;
  }

  addOfPerson(body: string): IssueComment {
    return this.add(body, PERSON);
  }

  get bodies(): string[] {
    return this.comments.map(({ body }) => body);
  }

  private answer({ method, path, query, headers, body }: Request): Answer {
    const token = TOKENS[String(headers.authorization).replace(/^token /, "")];
    if (!token) return refusal(401, "Bad credentials");
    if (path === "/user") return token.app ? refusal(403, "Resource not accessible by integration") : { status: 200, body: token.user };
    if (path === `${REPO}/pulls/7`) return { status: 200, body: { number: 7, state: "open", head: { sha: this.head } } };
    if (path === COMMENTS && method === "GET") return page(this.comments, query, this.api.url + path);
    if (path === `${REPO}/check-runs`) {
      if (!token.checks)
        return refusal(403, token.app ? "Resource not accessible by integration" : "You must authenticate via a GitHub App.");
      this.checks.push(body);
      return { status: 201, body: { id: 1, ...body } };
    }
    if (path === `${REPO}/statuses/${this.head}`) {
      if (!token.statuses) return refusal(403, "Resource not accessible by personal access token");
      if (String(body["description"]).length > 140) return refusal(422, "Validation Failed");
      this.statuses.push(body);
      return { status: 201, body: { id: 1, ...body } };
    }
    return this.write(method, path, body, token);
  }

  private write(method: string, path: string, body: Request["body"], token: { user: User; comments: boolean }): Answer {
    if (!token.comments) return refusal(403, "Resource not accessible by integration");
    if (method !== "DELETE" && String(body["body"]).length > 65_536) return refusal(422, "Body is too long (maximum is 65536 characters)");
    if (path === COMMENTS) return { status: 201, body: this.add(String(body["body"]), token.user) };
    const comment = this.comments.find(({ id }) => path === `${REPO}/issues/comments/${id}`);
    if (!comment) return refusal(404, "Not Found");
    if (method === "DELETE") {
      this.comments = this.comments.filter(({ id }) => id !== comment.id);
      return { status: 204 };
    }
    comment.body = String(body["body"]);
    return { status: 200, body: comment };
  }
}

const refusal = (status: number, message: string): Answer => ({
  status,
  body: { message, documentation_url: "https://docs.github.com/rest", status: String(status) },
});

/** https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function page(all: unknown[], query: URLSearchParams, url: string): Answer {
  const [number, size] = [Number(query.get("page") ?? 1), Number(query.get("per_page") ?? 30)];
  const pages = Math.ceil(all.length / size);
  const link = `<${url}?per_page=${size}&page=${number + 1}>; rel="next", <${url}?per_page=${size}&page=${pages}>; rel="last"`;
  return { status: 200, body: all.slice((number - 1) * size, number * size), headers: number < pages ? { link } : {} };
}
