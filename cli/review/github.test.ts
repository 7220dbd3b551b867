/** `flowfleet review` in GitHub's jobs, against a GitHub on loopback. */
import { everyPart, planReport, stackReport } from "../plan/html/testing/reports";
import { markLine } from "./mark";
import { first, type Request } from "./testing/api-server";
import { COMMENTS, GitHubServer, HEAD, REPO } from "./testing/github-server";
import { counts, Job, large } from "./testing/job";
import type { Environment } from "./surroundings";

let server: GitHubServer;
let job: Job;
beforeEach(async () => {
  server = await GitHubServer.start();
  job = new Job();
});
afterEach(async () => {
  job.end();
  await server.api.stop();
});

const pullRequest = (repo: string | null = "acme/fleet"): unknown => ({
  action: "synchronize",
  number: 7,
  pull_request: { number: 7, head: { sha: HEAD, ref: "topic", repo: repo === null ? null : { full_name: repo } } },
});
const env = (more: Environment = {}, event: unknown = pullRequest()): Environment => ({
  GITHUB_ACTIONS: "true",
  GITHUB_API_URL: server.api.url,
  GITHUB_SERVER_URL: "https://github.example.com",
  GITHUB_REPOSITORY: "acme/fleet",
  GITHUB_EVENT_NAME: "pull_request",
  GITHUB_EVENT_PATH: job.event(event),
  // Of the commit that GitHub makes to try the merge.
  GITHUB_SHA: "3".repeat(40),
  GITHUB_RUN_ID: "1000",
  GITHUB_RUN_ATTEMPT: "1",
  GITHUB_TOKEN: "ghs-job",
  ...more,
});
const mark = (pipeline: number, attempt = 1): string => markLine({ commit: HEAD, pipeline, attempt });
const is =
  (method: string, path = "") =>
  (request: Request): boolean =>
    request.method === method && request.path.startsWith(path);
const posted = (path: string): number => server.api.log.filter((line) => line === `POST ${path}`).length;

describe("one comment", () => {
  test("is written, says where the page is, and a check is set on the branch's commit", async () => {
    await job.run(env());
    expect(server.bodies).toEqual([expect.stringMatching(new RegExp(`^${mark(1000)}\\n### Plan of stack \`prod\``))]);
    expect(server.bodies[0]).toContain(
      "`plan.html` in artifact `flowfleet-plan` of [this run](https://github.example.com/acme/fleet/actions/runs/1000)",
    );
    const title = "flowra (production): 3 replaced; down for at most 175 s";
    expect(server.checks).toEqual([
      expect.objectContaining({ head_sha: HEAD, status: "completed", conclusion: "success", output: { title, summary: server.bodies[0] } }),
    ]);
    expect(job.said.slice(1)).toEqual(["comment created", `check "Flowfleet plan" set: ${title}`]);
  });

  test("is found again among many, by a token that may not ask who it is, and updated in place", async () => {
    for (let number = 0; number < 130; number++) server.addOfPerson(`talk ${number}`);
    const { id } = server.add(`${mark(999)}\nold`);
    server.addOfPerson(`${mark(2000)}\nlooks like ours`);
    await job.run(env());
    expect(server.comments.find((comment) => comment.id === id)?.body).toContain("3 replaced");
    expect([server.comments.length, posted(COMMENTS)]).toEqual([132, 0]);
  });

  test("that was deleted while it was written is made anew", async () => {
    server.add(`${mark(999)}\nold`);
    server.api.instead = (request) => {
      if (is("PATCH")(request)) server.comments = [];
      return undefined;
    };
    await job.run(env());
    expect(server.bodies).toEqual([expect.stringContaining("3 replaced")]);
  });

  test("a second attempt of the same run writes over the first one's, and not the other way round", async () => {
    await job.run(env({ GITHUB_RUN_ATTEMPT: "2" }));
    await job.run(env());
    expect(server.bodies).toEqual([expect.stringContaining(mark(1000, 2))]);
    expect(job.said).toContain("the comment is left as it is: pipeline 1000, a later one, has written it");
  });

  test("two runs at once leave one comment, the later one's", async () => {
    const other = new Job();
    await Promise.all([job.run(env({ GITHUB_RUN_ID: "1002" })), other.run(env({ GITHUB_RUN_ID: "1001" }))]);
    other.end();
    expect(server.bodies.map((body) => body.split("\n")[0])).toEqual([mark(1002)]);
  });
});

describe("limits and errors", () => {
  test("a large plan stays below 65536 characters, its summary whole, the rest in the artifact", async () => {
    await job.run(env(), { report: large });
    const body = server.bodies[0] ?? "";
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_535);
    expect(body).toContain("flowra (production): 3 replaced; down for at most 175 s");
    expect(body).toContain("do not fit into this comment; see `plan.html` in artifact");
  });

  test("a summary that is larger by itself gives way to a line for each stack", async () => {
    const violations = Array.from({ length: 2000 }, (_, index) => ({
      rule: `rule-${index}`,
      level: "advisory" as const,
      system: "flowra",
      message: "something that is said at length about a resource",
    }));
    await job.run(env(), { report: planReport(stackReport({ violations, counts })) });
    expect(server.bodies[0]).toContain(
      `- \`prod\`: 1 created, 2 updated, 3 replaced, 4 deleted, digest \`${"0".repeat(64)}\`\n\n_The summary does not fit into a comment._`,
    );
    const { interruptions, data, security } = everyPart("thing");
    const broken = violations.map((one) => ({ ...one, level: "mandatory" as const }));
    const loud = stackReport({ violations: broken, counts, interruptions, data, security });
    await job.run(env({ GITHUB_RUN_ID: "1001" }), { report: planReport(loud) });
    expect(server.bodies[0]).toContain(
      "- `prod`: 1 created, 2 updated, 3 replaced, 4 deleted, **data lost: 1**, **opens: 1**, **mandatory rules broken: 2000**, " +
        `**down: 1, for at most 12 s**, digest \`${"0".repeat(64)}\`\n`,
    );
  });

  test("the primary rate limit (403, nothing remaining) is waited for until its reset", async () => {
    const reset = String(Math.ceil(Date.now() / 1000) + 30);
    server.api.instead = first(1, is("POST", COMMENTS), () => ({
      status: 403,
      body: { message: "API rate limit exceeded for installation." },
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset },
    }));
    await job.run(env());
    expect([job.waited, server.bodies.length]).toEqual([[expect.closeTo(31, -1)], 1]);
  });

  test("the secondary one (403 with Retry-After) is waited for", async () => {
    server.api.instead = first(1, is("POST", COMMENTS), () => ({
      status: 403,
      body: { message: "You have exceeded a secondary rate limit." },
      headers: { "retry-after": "45" },
    }));
    await job.run(env());
    expect([job.waited, server.bodies.length]).toEqual([[45], 1]);
  });

  test("a rate limit that lasts is an error, and not taken for a token that may only read", async () => {
    server.api.instead = first(99, is("POST", COMMENTS), () => ({
      status: 403,
      body: { message: "API rate limit exceeded for installation." },
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Math.ceil(Date.now() / 1000) + 3000) },
    }));
    await expect(job.run(env())).rejects.toThrow(
      /^GitHub wants this token to wait for longer than this job does \(API rate limit exceeded for installation\..*\)\. Start it again later\.$/,
    );
    expect([job.waited, server.checks]).toEqual([[], []]);
  });

  test("a title that GitHub would refuse is cut", async () => {
    const summary = Array.from({ length: 20 }, (_, index) => ({
      system: "flowra",
      environment: "e",
      counts,
      text: `flowra ${index} changes`,
    }));
    await job.run(env(), { report: planReport(stackReport({ summary })) });
    const [{ output }] = server.checks as [{ output: { title: string } }];
    expect([output.title.length, output.title.at(-1)]).toEqual([255, "…"]);
  });

  test("502 is tried again; what stays broken is an error", async () => {
    server.api.instead = first(2, is("POST", COMMENTS), () => ({ status: 502, text: "<html>Unicorn</html>" }));
    await job.run(env());
    expect([job.waited, server.bodies.length]).toEqual([[1, 2], 1]);
    server.comments = [];
    server.api.instead = first(99, is("POST", COMMENTS), () => ({ status: 500, body: { message: "Server Error" } }));
    await expect(job.run(env())).rejects.toThrow("GitHub refused (500 Server Error");
  });
});

describe("tokens", () => {
  test("a fork's, which may only read: an artifact, said so, no error", async () => {
    await job.run(env({ GITHUB_TOKEN: "ghs-fork" }, pullRequest("someone/fleet")));
    expect([server.bodies, server.checks]).toEqual([[], []]);
    expect(job.said.slice(1)).toEqual([
      expect.stringMatching(/^no comment: the token may not write it \(Resource not accessible by integration.*comment\.md\.$/),
      "neither a check nor a commit status was set: the token may do neither (permission checks: write, or statuses: write)",
    ]);
    expect(job.file("comment.md")).toContain("3 replaced");
  });

  test("one that may set checks alone sets one", async () => {
    await job.run(env({ GITHUB_TOKEN: "ghs-checks" }));
    expect([server.bodies, server.checks.length]).toEqual([[], 1]);
    expect(job.said.slice(1)).toEqual([
      expect.stringContaining("no comment: the token may not write it"),
      expect.stringContaining('check "Flowfleet plan" set'),
    ]);
  });

  test("none: an artifact, no request, and how to give one", async () => {
    await job.run(env({ GITHUB_TOKEN: "" }));
    expect([server.api.log, job.said.at(-1)]).toEqual([
      [],
      expect.stringContaining("no comment: GITHUB_TOKEN is not set: give it to the step"),
    ]);
  });

  test("a wrong one is an error that does not say it", async () => {
    await expect(job.run(env({ GITHUB_TOKEN: "ghs-wrong" }))).rejects.toThrow(
      /^GITHUB_TOKEN: GitHub does not accept it \(401 Bad credentials[^w]*\): it is wrong/,
    );
    expect(job.has("plan.html")).toBe(true);
  });

  test("one that may not set checks sets a commit status", async () => {
    await job.run(env({ GITHUB_TOKEN: "ghp-statuses" }));
    expect(server.statuses).toEqual([expect.objectContaining({ state: "success", context: "Flowfleet plan" })]);
    expect(job.said.at(-1)).toMatch(/^commit status "Flowfleet plan" set, as the token may not set checks/);
  });

  test("one that may do neither has written the comment all the same", async () => {
    await job.run(env({ GITHUB_TOKEN: "ghp-comments" }));
    expect(server.bodies).toHaveLength(1);
    expect(job.said.at(-1)).toMatch(/^neither a check nor a commit status was set/);
  });
});

test("a broken mandatory rule fails the check; one that is excused does not", async () => {
  const rule = { rule: "no-public-database", level: "mandatory" as const, system: "flowra", message: "closed" };
  await job.run(env(), { report: planReport(stackReport({ violations: [rule] })) });
  await job.run(env({ GITHUB_RUN_ID: "1001" }), {
    report: planReport(stackReport({ violations: [{ ...rule, exception: { reason: "moving", expires: "2027-01-01" } }] })),
  });
  expect(server.checks).toEqual([
    expect.objectContaining({ conclusion: "failure", output: expect.objectContaining({ title: "1 mandatory rule broken" }) as unknown }),
    expect.objectContaining({ conclusion: "success", output: expect.objectContaining({ title: "nothing changes" }) as unknown }),
  ]);
});

test("a fork's code on pull_request_target is refused before anything else", async () => {
  const options = env({ GITHUB_EVENT_NAME: "pull_request_target" }, pullRequest("someone/fleet"));
  await expect(job.run(options)).rejects.toThrow("the code of a fork would run with this repository's secrets");
  expect([server.api.log, job.has("plan.html")]).toEqual([[], false]);
});

test("a later workflow that knows the pull request comments on it", async () => {
  const workflowRun = env({ GITHUB_EVENT_NAME: "workflow_run" }, { action: "completed", workflow_run: { head_sha: HEAD } });
  await job.run(workflowRun);
  expect(job.said.at(-1)).toBe("no comment: this run is not of a pull request (event workflow_run)");
  await job.run(workflowRun, { mergeRequest: 7, commit: HEAD });
  expect([server.bodies.length, server.api.log.includes(`GET ${REPO}/pulls/7`)]).toEqual([1, true]);
});

test("outside of any CI the artifact is written", async () => {
  await job.run({});
  expect(job.said.at(-1)).toBe("no comment: this is no job of GitLab CI or GitHub Actions");
  expect(job.file("comment.md")).toContain("The whole plan: `flowfleet-plan/plan.html`");
});
