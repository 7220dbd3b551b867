import { type Answer, ApiServer, type Request } from "./api-server";

/** In the shape of https://docs.gitlab.com/api/notes/#list-all-merge-request-notes */
interface Note {
  id: number;
  type: null;
  body: string;
  author: User;
  created_at: string;
  updated_at: string;
  system: boolean;
  noteable_id: number;
  noteable_type: "MergeRequest";
  noteable_iid: number;
  resolvable: boolean;
  internal: boolean;
}
interface User {
  id: number;
  username: string;
  name: string;
  state: string;
}

export const PROJECT = "/api/v4/projects/42";
export const NOTES = `${PROJECT}/merge_requests/7/notes`;
export const HEAD = "1f0ec0de00000000000000000000000000000007";

const BOT: User = { id: 900, username: "project_42_bot", name: "flowfleet", state: "active" };
const PERSON: User = { id: 5, username: "ada", name: "Ada", state: "active" };
const TOKENS: Readonly<Record<string, { user: User; scope: "api" | "read_api" } | undefined>> = {
  "glpat-right": { user: BOT, scope: "api" },
  "glpat-reads": { user: BOT, scope: "read_api" },
};

/** A GitLab with one merge request (project 42, !7), on loopback. */
export class GitLabServer {
  notes: Note[] = [];
  head = HEAD;
  private lastId = 100;

  private constructor(readonly api: ApiServer) {}

  static async start(): Promise<GitLabServer> {
    const api: ApiServer = await ApiServer.start((request) => server.answer(request));
    const server = new GitLabServer(api);
    return server;
  }

  /** A note of the bot, or of a person. */
  add(body: string, author: "bot" | "person" = "bot"): Note {
    const now = "2026-01-01T00:00:00.000Z";
    const note: Note = {
      id: ++this.lastId,
      type: null,
      body,
      author: author === "bot" ? BOT : PERSON,
      created_at: now,
      updated_at: now,
      system: false,
      noteable_id: 700,
      noteable_type: "MergeRequest",
      noteable_iid: 7,
      resolvable: false,
      internal: false,
    };
    this.notes.push(note);
    return note;
  }

  get bodies(): string[] {
    return this.notes.map(({ body }) => body);
  }

  private answer({ method, path, query, headers, body }: Request): Answer {
    const token = TOKENS[String(headers["private-token"])];
    if (!token) return { status: 401, body: { message: "401 Unauthorized" } };
    if (method !== "GET" && token.scope !== "api") return { status: 403, body: INSUFFICIENT };
    if (path === "/api/v4/user") return { status: 200, body: { ...token.user, email: "bot@example.com", bot: true } };
    if (path === `${PROJECT}/merge_requests/7`)
      return { status: 200, body: { id: 700, iid: 7, project_id: 42, state: "opened", sha: this.head, source_project_id: 42 } };
    if (path === NOTES && method === "GET") return page(this.notes, query, this.api.url + path);
    if (path === NOTES && method === "POST") {
      if (String(body["body"]).length > 1_000_000)
        return { status: 400, body: { message: { note: ["is too long (maximum is 1000000 characters)"] } } };
      return { status: 201, body: this.add(String(body["body"])) };
    }
    const note = this.notes.find(({ id }) => path === `${NOTES}/${id}`);
    if (!note) return { status: 404, body: { message: "404 Not found" } };
    if (note.author.id !== token.user.id) return { status: 403, body: { message: "403 Forbidden" } };
    if (method === "DELETE") {
      this.notes = this.notes.filter(({ id }) => id !== note.id);
      return { status: 204 };
    }
    note.body = String(body["body"]);
    return { status: 200, body: note };
  }
}

const INSUFFICIENT = {
  error: "insufficient_scope",
  error_description: "The request requires higher privileges than provided by the access token.",
  scope: "api",
};

/** https://docs.gitlab.com/api/rest/#offset-based-pagination */
function page(all: unknown[], query: URLSearchParams, url: string): Answer {
  const [number, size] = [Number(query.get("page") ?? 1), Number(query.get("per_page") ?? 20)];
  const pages = Math.max(1, Math.ceil(all.length / size));
  const next = new URLSearchParams([...[...query].filter(([key]) => key !== "page"), ["page", String(number + 1)]]);
  return {
    status: 200,
    body: all.slice((number - 1) * size, number * size),
    headers: {
      "x-page": String(number),
      "x-per-page": String(size),
      "x-total": String(all.length),
      "x-total-pages": String(pages),
      "x-next-page": number < pages ? String(number + 1) : "",
      ...(number < pages && { link: `<${url}?${next.toString()}>; rel="next"` }),
      "x-prev-page": number > 1 ? String(number - 1) : "",
    },
  };
}
