import type { Comment, Forge } from "./forge";
import { compareMarks, type Mark, markOf } from "./mark";

export type Outcome = { done: "created" | "updated" } | { done: "left"; why: string };

/**
 * Leaves one comment with `body` (which begins with the line of `mark`) on the merge request, whatever others do meanwhile:
 *
 * - It is updated where it is; where somebody deleted it, it is made anew.
 * - A run whose commit is not the merge request's any more, or that finds the comment of a later run, leaves everything as it is.
 * - Forges cannot write "unless it has changed", so each run looks again after it has written. Of several comments all runs keep the same
 *   one: the latest run's, of equals the oldest. A comment that an earlier run wrote over is written again.
 */
export async function oneComment(forge: Forge, mark: Mark, body: string): Promise<Outcome> {
  let done: "created" | "updated" = "updated";
  for (let round = 0; round < ROUNDS; round++) {
    const head = await forge.head();
    if (head !== mark.commit) return left(`the merge request is at ${head.slice(0, 12)} now, this plan is of ${mark.commit.slice(0, 12)}`);
    const kept = await keepOne(forge);
    if (kept && compareMarks(kept.mark, mark) > 0) return left(`pipeline ${kept.mark.pipeline}, a later one, has written it`);
    if (kept?.body === body && round > 0) return { done };
    if (!kept) {
      done = "created";
      await forge.create(body);
    } else if (kept.body !== body) await forge.update(kept.id, body);
    else return { done };
  }
  throw new Error(`${forge.name}: the comment changed ${ROUNDS} times while it was written: other runs are at it. Start this job again.`);
}

const ROUNDS = 6;

const left = (why: string): Outcome => ({ done: "left", why });

/** Removes all of our comments but one, which it gives. */
async function keepOne(forge: Forge): Promise<(Comment & { mark: Mark }) | undefined> {
  const ours = (await forge.comments()).flatMap((comment) => {
    const mark = markOf(comment.body);
    return mark ? [{ ...comment, mark }] : [];
  });
  const [kept, ...others] = ours.sort((a, b) => compareMarks(b.mark, a.mark) || a.id - b.id);
  for (const { id } of others) await forge.remove(id);
  return kept;
}
