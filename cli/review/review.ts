import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { CliError } from "../explain";
import type { PlanReport } from "../plan/report";
import { FILES, writeArtifact } from "./artifact";
import { checkOf } from "./check";
import { commentBody, type MarkdownOf } from "./comment-body";
import { type Forge, ForgeRefusal } from "./forge";
import { gitHub } from "./github";
import { gitLab } from "./gitlab";
import type { Mark } from "./mark";
import { oneComment, type Outcome } from "./one-comment";
import type { Patience } from "./patient-fetch";
import { type Environment, type Surroundings, surroundings } from "./surroundings";

export interface ReviewOptions {
  report: PlanReport;
  /** The self-contained HTML page of it. */
  page: string;
  markdown: MarkdownOf;
  env: Environment;
  /** Folder for the artifact, as the job's `artifacts: paths` names it: relative. */
  out: string;
  mergeRequest?: number;
  commit?: string;
  artifact?: string;
  patience?: Patience;
  say: (line: string) => void;
}

/**
 * Writes the artifact, then one comment and the check where there is a merge request and a token that may.
 *
 * @throws CliError where the token is wrong, or the forge does not answer; the artifact is there by then.
 */
export async function review(options: ReviewOptions): Promise<void> {
  const { report, page, markdown, env, out, say } = options;
  if (isAbsolute(out))
    throw new CliError(`--out ${out}: must be a folder in this checkout: the comment links to it in the job's artifacts.`);
  const place = surroundings(env, { ...options, readFile: (file) => readFileSync(file, "utf8") });
  const rest = place.artifact(out.replace(/^\.\/|\/+$/g, ""), FILES.page);
  const mark = place.forge === "none" ? { commit: "0", pipeline: 0, attempt: 1 } : place.mark;
  const forge = forgeOf(place, options.patience);
  const comment = commentBody(report, mark, rest, forge?.limit ?? ANYWHERE, markdown);
  writeArtifact(out, { report, page, comment });
  say(`${out}: ${Object.values(FILES).join(", ")} written`);
  if (!forge) {
    say(`no comment: ${place.forge === "none" ? place.why : missing(place.forge)}`);
    return;
  }
  try {
    say(await commented(forge, mark, comment, `${out}/${FILES.comment}`));
    const line = await forge.check?.(checkOf(report, comment));
    if (line) say(line);
  } catch (error) {
    if (error instanceof ForgeRefusal) throw refused(forge, error);
    throw error instanceof Error ? new CliError(error.message) : error;
  }
}

/** A check may be set by a token that may not comment. */
async function commented(forge: Forge, mark: Mark, comment: string, file: string): Promise<string> {
  try {
    return said(await oneComment(forge, mark, comment));
  } catch (error) {
    if (!(error instanceof ForgeRefusal) || error.status !== 403) throw error;
    return `no comment: the token may not write it (${error.message}), as with merge requests from forks. The comment is in ${file}.`;
  }
}

/** The least of all limits, where nothing is posted. */
const ANYWHERE = 65_535;

function forgeOf(place: Surroundings, patience?: Patience): Forge | undefined {
  if (place.forge === "none" || place.token === undefined) return undefined;
  const { token } = place;
  return place.forge === "gitlab" ? gitLab({ ...place, token }, patience) : gitHub({ ...place, token }, patience);
}

const missing = (forge: "gitlab" | "github"): string =>
  forge === "gitlab"
    ? "GITLAB_TOKEN is not set, as in pipelines of forks; CI_JOB_TOKEN may not write comments. See docs/reviews.md"
    : "GITHUB_TOKEN is not set: give it to the step (env: GITHUB_TOKEN: ${{ github.token }}). See docs/reviews.md";

const said = (outcome: Outcome): string =>
  outcome.done === "left" ? `the comment is left as it is: ${outcome.why}` : `comment ${outcome.done}`;

function refused({ name }: Forge, { status, message }: ForgeRefusal): CliError {
  const variable = name === "GitLab" ? "GITLAB_TOKEN" : "GITHUB_TOKEN";
  if (status === 401) return new CliError(`${variable}: ${name} does not accept it (401 ${message}): it is wrong, revoked or has expired.`);
  if (status === 404) return new CliError(`${name} knows no such merge request, or ${variable} may not see it (404 ${message}).`);
  if (status === 429)
    return new CliError(`${name} wants this token to wait for longer than this job does (${message}). Start it again later.`);
  return new CliError(`${name} refused (${status} ${message}).`);
}
