/** gitlab-ci-local: GitLab's own schema, and which jobs a pipeline has. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";

/** Of Node.js 22, and all that it needs of it. */
const UNION = "Set.prototype.union ??= function (other) { return new Set([...this, ...other]); };";

export interface Job {
  name: string;
  stage: string;
  when: string;
  allow_failure: boolean;
}

/**
 * @param changed The one file that the pipeline's commit changes.
 * @throws Error with what the schema says.
 */
export async function gitLabJobs(text: string, variables: Readonly<Record<string, string>>, changed = "README.md"): Promise<Job[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "flowfleet-gitlab-"));
  try {
    const git = (...args: string[]) => execa("git", ["-C", folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args]);
    await git("init", "--quiet", "--initial-branch", "main");
    await git("remote", "add", "origin", "ssh://git@gitlab.example.com/acme/app.git");
    writeFileSync(path.join(folder, ".gitlab-ci.yml"), text);
    await git("add", "--all");
    await git("commit", "--quiet", "--message", "Before");
    await git("update-ref", "refs/remotes/origin/main", "HEAD");
    mkdirSync(path.dirname(path.join(folder, changed)), { recursive: true });
    writeFileSync(path.join(folder, changed), "changed\n");
    await git("add", "--all");
    await git("commit", "--quiet", "--message", "After");
    const tool = createRequire(__filename).resolve("gitlab-ci-local");
    const given = Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
    const { stdout, stderr, exitCode } = await execa(
      process.execPath,
      ["--import", `data:text/javascript,${encodeURIComponent(UNION)}`, tool, "--list-json", ...given],
      { cwd: folder, reject: false, env: { HOME: folder, NO_COLOR: "1", GCL_IGNORE_PREDEFINED_VARS: Object.keys(variables).join() } },
    );
    if (exitCode !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Job[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Names of the jobs that such a pipeline starts by itself, and with a `?` those that wait for somebody. */
export async function startedJobs(text: string, variables: Readonly<Record<string, string>>, changed?: string): Promise<string[]> {
  const jobs = await gitLabJobs(text, variables, changed);
  return jobs.filter(({ when }) => when !== "never").map(({ name, when }) => (when === "manual" ? `${name}?` : name));
}
