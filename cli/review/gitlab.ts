import { createRequesterFn, type FormattedResponse, type RequestOptions } from "@gitbeaker/requester-utils";
import { MergeRequestNotes, MergeRequests, Users } from "@gitbeaker/rest";
import { type Forge, ForgeRefusal, unless } from "./forge";
import { type Patience, patientFetch } from "./patient-fetch";

export interface GitLabMergeRequest {
  /** Of the server, without `/api/v4`. */
  host: string;
  /** Id of the project that the merge request is in, not of a fork that it comes from. */
  project: string;
  mergeRequest: number;
  token: string;
}

/** GitLab takes a million characters (https://docs.gitlab.com/administration/instance_limits/); pages with so long a comment are slow. */
const LIMIT = 250_000;

/** A merge request by GitLab's REST API, version 4: https://docs.gitlab.com/api/notes/#merge-requests */
export function gitLab({ host, project, mergeRequest, token }: GitLabMergeRequest, patience?: Patience): Forge {
  const settings = { host, token, requesterFn: requester(patience) };
  const notes = new MergeRequestNotes(settings);
  const mergeRequests = new MergeRequests(settings);
  const users = new Users(settings);
  return {
    name: "GitLab",
    limit: LIMIT,
    head: async () => (await mergeRequests.show(project, mergeRequest)).sha,
    comments: async () => {
      const me = await users.showCurrentUser();
      const all = await notes.all(project, mergeRequest, { orderBy: "created_at", sort: "asc", perPage: 100 });
      return all.filter(({ author }) => author.id === me.id).map(({ id, body }) => ({ id, body }));
    },
    create: async (body) => {
      await notes.create(project, mergeRequest, body);
    },
    update: (id, body) =>
      unless(
        404,
        notes.edit(project, mergeRequest, id, { body }).then(() => true),
        false,
      ),
    remove: (id) => unless(404, notes.remove(project, mergeRequest, id), undefined),
  };
}

/** Gitbeaker's own tries an error 502 again ten times within a second, and knows no `Retry-After`. */
function requester(patience?: Patience) {
  const ask = patientFetch(patience);
  return createRequesterFn(
    (_, options) => Promise.resolve(options),
    async (endpoint, options: RequestOptions = {}): Promise<FormattedResponse> => {
      const { prefixUrl = "", searchParams = "", method = "GET", headers = {}, body } = options;
      const url = new URL(endpoint, prefixUrl.endsWith("/") ? prefixUrl : `${prefixUrl}/`);
      url.search = searchParams;
      const answer = await ask(url, { method, headers, ...(body !== undefined && { body }) });
      const text = await answer.text();
      if (!answer.ok) throw new ForgeRefusal(answer.status, said(text) || answer.statusText);
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: text === "" ? null : (JSON.parse(text) as Record<string, unknown>),
      };
    },
  );
}

/** GitLab's reason: `message` or `error`, a text or an object of texts; not the page that a proxy in front of it answers with. */
function said(text: string): string {
  try {
    const { message, error, error_description } = JSON.parse(text) as Record<string, unknown>;
    const found = message ?? error_description ?? error ?? "";
    return typeof found === "string" ? found : JSON.stringify(found);
  } catch {
    return "";
  }
}
