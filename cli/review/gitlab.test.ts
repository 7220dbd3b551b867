/** `flowfleet review` in GitLab's jobs, against a GitLab on loopback. */
import { markLine } from "./mark";
import { first, type Answer, type Request } from "./testing/api-server";
import { GitLabServer, HEAD, NOTES } from "./testing/gitlab-server";
import { Job, large } from "./testing/job";
import type { Environment } from "./surroundings";

let server: GitLabServer;
let job: Job;
beforeEach(async () => {
  server = await GitLabServer.start();
  job = new Job();
});
afterEach(async () => {
  job.end();
  await server.api.stop();
});

const env = (more: Environment = {}): Environment => ({
  GITLAB_CI: "true",
  CI_API_V4_URL: `${server.api.url}/api/v4`,
  CI_PROJECT_ID: "42",
  CI_PROJECT_URL: "https://gitlab.example.com/acme/fleet",
  CI_JOB_ID: "555",
  CI_MERGE_REQUEST_IID: "7",
  CI_MERGE_REQUEST_PROJECT_ID: "42",
  CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: "",
  CI_COMMIT_SHA: HEAD,
  CI_PIPELINE_ID: "1000",
  CI_JOB_TOKEN: "glcbt-job",
  GITLAB_TOKEN: "glpat-right",
  ...more,
});
const mark = (pipeline: number, commit = HEAD): string => markLine({ commit, pipeline, attempt: 1 });
const writes = (): string[] => server.api.log.filter((line) => !line.startsWith("GET"));
const is =
  (method: string, path = "") =>
  (request: Request): boolean =>
    request.method === method && request.path.startsWith(path);

describe("one comment", () => {
  test("is written, with a hidden mark at its beginning and a link to the page in the job's artifacts", async () => {
    await job.run(env());
    expect(server.bodies).toEqual([
      expect.stringMatching(new RegExp(`^${mark(1000)}\\n### Plan of stack \`prod\`[^]*3 replaced; down for at most 175 s`)),
    ]);
    expect(server.bodies[0]).toContain(
      "[plan.html](https://gitlab.example.com/acme/fleet/-/jobs/555/artifacts/file/flowfleet-plan/plan.html)",
    );
    expect(job.said).toEqual(["flowfleet-plan: plan.html, plan.json, comment.md, terraform.json written", "comment created"]);
  });

  test("is found again among many and updated in place", async () => {
    for (let number = 0; number < 130; number++) server.add(`talk ${number}`, "person");
    const { id } = server.add(`${mark(999, "01d")}\nold`);
    await job.run(env());
    expect(server.notes).toHaveLength(131);
    expect(server.notes.find((note) => note.id === id)?.body).toContain("3 replaced");
    expect(writes()).toEqual([`PUT ${NOTES}/${id}`]);
  });

  test("of somebody else who copied the mark is not touched", async () => {
    const foreign = `${mark(2000)}\nlooks like ours`;
    server.add(foreign, "person");
    await job.run(env());
    expect(server.bodies).toEqual([foreign, expect.stringContaining("3 replaced")]);
  });

  test("that quotes the mark further down is none of ours", async () => {
    server.add(`> ${mark(999)}`);
    await job.run(env());
    expect(server.notes).toHaveLength(2);
  });

  test("that was deleted while it was written is made anew", async () => {
    const { id } = server.add(`${mark(999)}\nold`);
    server.api.instead = (request) => {
      if (is("PUT")(request)) server.notes = server.notes.filter((note) => note.id !== id);
      return undefined;
    };
    await job.run(env());
    expect(server.bodies).toEqual([expect.stringContaining("3 replaced")]);
    expect(job.said.at(-1)).toBe("comment created");
  });
});

describe("two pipelines at once", () => {
  test("leave one comment, the later one's, whichever comes first", async () => {
    const other = new Job();
    await Promise.all([job.run(env({ CI_PIPELINE_ID: "1001" })), other.run(env({ CI_PIPELINE_ID: "1002" }))]);
    other.end();
    expect(server.bodies.map((body) => body.split("\n")[0])).toEqual([mark(1002)]);
  });

  test("a comment that another run of the same pipeline wrote meanwhile: the newer duplicate is removed", async () => {
    let theirs: number | undefined;
    server.api.instead = (request) => {
      if (is("POST")(request) && theirs === undefined) theirs = server.add(`${mark(1000)}\ntheirs`).id;
      return undefined;
    };
    await job.run(env());
    expect(server.notes).toEqual([expect.objectContaining({ id: theirs, body: expect.stringContaining("3 replaced") as string })]);
  });

  test("an earlier run that writes over this one's comment is written over", async () => {
    const note = server.add(`${mark(999)}\nold`);
    let done = false;
    server.api.instead = (request) => {
      if (!is("PUT")(request) || done) return undefined;
      done = true;
      note.body = `${mark(998)}\nolder still`;
      return { status: 200, body: note };
    };
    await job.run(env());
    expect(server.bodies).toEqual([expect.stringContaining(mark(1000))]);
  });

  test("an earlier run leaves a later one's comment as it is", async () => {
    server.add(`${mark(1001)}\nlater`);
    await job.run(env());
    expect([writes(), job.said.at(-1)]).toEqual([[], "the comment is left as it is: pipeline 1001, a later one, has written it"]);
  });

  test("a run whose commit is not the merge request's any more writes nothing", async () => {
    server.head = "2".repeat(40);
    await job.run(env());
    expect([writes(), job.said.at(-1)]).toEqual([[], expect.stringContaining("the merge request is at 222222222222 now")]);
  });

  test("others that never stop writing are an error, not a loop", async () => {
    server.api.instead = (request) => {
      if (is("PUT")(request)) return { status: 200, body: server.notes[0] };
      return undefined;
    };
    server.add(`${mark(999)}\nold`);
    await expect(job.run(env())).rejects.toThrow("the comment changed 6 times while it was written");
  });
});

describe("a GitLab in trouble", () => {
  const broken =
    (status: number, headers: Record<string, string> = {}) =>
    (): Answer => ({ status, text: "<html>Oops</html>", headers });

  test.each([500, 502, 503, 504])("%d is tried again, waiting longer each time", async (status) => {
    server.api.instead = first(3, is("POST"), broken(status));
    await job.run(env());
    expect([job.waited, server.notes.length]).toEqual([[1, 2, 4], 1]);
  });

  test("an error after the comment was written leaves one all the same", async () => {
    server.api.instead = first(1, is("POST"), () => {
      server.add(`${mark(1000)}\nwritten`);
      return { status: 502, text: "" };
    });
    await job.run(env());
    expect(server.bodies).toEqual([expect.stringContaining("3 replaced")]);
  });

  test("429: Retry-After is waited for", async () => {
    server.api.instead = first(1, is("GET", NOTES), broken(429, { "retry-after": "17" }));
    await job.run(env());
    expect([job.waited, server.notes.length]).toEqual([[17], 1]);
  });

  test("429 without it: the reset of the limit is waited for", async () => {
    const reset = String(Math.ceil(Date.now() / 1000) + 20);
    server.api.instead = first(1, is("GET", NOTES), broken(429, { "ratelimit-remaining": "0", "ratelimit-reset": reset }));
    await job.run(env());
    expect(job.waited).toEqual([expect.closeTo(21, -1)]);
  });

  test("a longer wait than a minute is not taken", async () => {
    server.api.instead = first(99, is("POST"), broken(429, { "retry-after": "3600" }));
    await expect(job.run(env())).rejects.toThrow(
      "GitLab wants this token to wait for longer than this job does (Too Many Requests). Start it again later.",
    );
    expect(job.waited).toEqual([]);
  });

  test("one that stays broken is an error after five requests; the artifact is there", async () => {
    server.api.instead = first(99, is("POST"), broken(503));
    await expect(job.run(env())).rejects.toThrow("GitLab refused (503 Service Unavailable)");
    expect([writes().length, job.has("plan.html")]).toEqual([5, true]);
  });

  test("no answer at all names the server", async () => {
    const [address, gone] = [server.api.url, env()];
    await server.api.stop();
    await expect(job.run(gone)).rejects.toThrow(`${address}: no answer (connect ECONNREFUSED`);
    expect(job.waited).toEqual([1, 2, 4, 8]);
  });
});

describe("tokens", () => {
  test("none, as in a fork's pipeline: an artifact, no request, no error", async () => {
    await job.run(env({ GITLAB_TOKEN: undefined, CI_PROJECT_ID: "43" }));
    expect([server.api.log, job.said.at(-1)]).toEqual([
      [],
      expect.stringContaining("no comment: GITLAB_TOKEN is not set, as in pipelines of forks"),
    ]);
    expect(job.file("comment.md")).toContain("3 replaced");
  });

  test("one that may only read: an artifact, said so, no error", async () => {
    await job.run(env({ GITLAB_TOKEN: "glpat-reads" }));
    expect(server.notes).toEqual([]);
    expect(job.said.at(-1)).toBe(
      "no comment: the token may not write it (The request requires higher privileges than provided by the access token.), as with merge requests from forks. The comment is in flowfleet-plan/comment.md.",
    );
  });

  test("a wrong one is an error that does not say it", async () => {
    await expect(job.run(env({ GITLAB_TOKEN: "glpat-wrong" }))).rejects.toThrow(
      "GITLAB_TOKEN: GitLab does not accept it (401 401 Unauthorized): it is wrong, revoked or has expired.",
    );
    expect(JSON.stringify(job.said) + job.file("comment.md")).not.toContain("glpat");
  });

  test("one of another project sees no merge request", async () => {
    await expect(job.run(env({ CI_MERGE_REQUEST_IID: "8" }))).rejects.toThrow(
      "GitLab knows no such merge request, or GITLAB_TOKEN may not see it (404 404 Not found).",
    );
  });
});

test("the file for the merge request's widget counts a replacement as one made and one removed", async () => {
  await job.run(env());
  expect(job.file("terraform.json")).toBe('{"create":4,"update":2,"delete":7}\n');
});

test("a merged-results pipeline is of the branch's commit", async () => {
  await job.run(env({ CI_COMMIT_SHA: "3".repeat(40), CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: HEAD }));
  expect(server.bodies).toEqual([expect.stringContaining(`commit=${HEAD} `)]);
});

test("a large plan stays below GitLab's limit", async () => {
  await job.run(env(), { report: large });
  expect(Buffer.byteLength(server.bodies[0] ?? "")).toBeLessThanOrEqual(250_000);
  expect(server.bodies[0]).toContain("do not fit into this comment; see [plan.html](");
});

test("a pipeline of a branch has nothing to comment on", async () => {
  await job.run(env({ CI_MERGE_REQUEST_IID: undefined }));
  expect([server.api.log, job.said.at(-1)]).toEqual([[], expect.stringContaining("no comment: this pipeline is not of a merge request")]);
});
