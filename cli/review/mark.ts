/** Which run wrote a comment: a hidden line at its very beginning, by which the comment is found again. */
export interface Mark {
  /** Hex digits. */
  commit: string;
  /** Rises from pipeline to pipeline. */
  pipeline: number;
  /** Of that pipeline; 1 at first. */
  attempt: number;
}

export const markLine = ({ commit, pipeline, attempt }: Mark): string =>
  `<!-- flowfleet review: commit=${commit} pipeline=${pipeline} attempt=${attempt} -->`;

/** The mark of a comment; nothing where it is not one of ours. Only the first line counts: elsewhere it may be quoted. */
export function markOf(body: string): Mark | undefined {
  const found = /^<!-- flowfleet review: commit=([0-9a-f]+) pipeline=(\d+) attempt=(\d+) -->/.exec(body);
  return found ? { commit: found[1] ?? "", pipeline: Number(found[2]), attempt: Number(found[3]) } : undefined;
}

/** Greater than 0: `a` is of a later run than `b`. */
export const compareMarks = (a: Mark, b: Mark): number => a.pipeline - b.pipeline || a.attempt - b.attempt;
