/** A comment of a merge request. */
export interface Comment {
  id: number;
  body: string;
}

/** What a merge request's page shows beside the comment. */
export interface Check {
  passed: boolean;
  /** One line. */
  title: string;
  /** Markdown. */
  summary: string;
}

/** A merge request (GitLab) or pull request (GitHub), as a review needs it. */
export interface Forge {
  /** `GitLab` or `GitHub`, for messages. */
  name: string;
  /** Bytes that a comment may have. */
  limit: number;
  /** Commit that the merge request is at now. */
  head(): Promise<string>;
  /** Comments of whoever the token belongs to, the oldest first. */
  comments(): Promise<Comment[]>;
  create(body: string): Promise<void>;
  /** False: there is no such comment any more. */
  update(id: number, body: string): Promise<boolean>;
  /** A comment that is gone already is fine. */
  remove(id: number): Promise<void>;
  /** Absent where the forge has nothing of the kind. Gives a sentence on what was set, or why it could not be. */
  check?(check: Check): Promise<string>;
}

/** The forge said no. */
export class ForgeRefusal extends Error {
  constructor(
    /** HTTP status of its answer. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** What `ask` gives, or `otherwise` where the forge answers with this status. */
export const unless = async <T>(status: number, ask: Promise<T>, otherwise: T): Promise<T> =>
  ask.catch((error: unknown) => {
    if (error instanceof ForgeRefusal && error.status === status) return otherwise;
    throw error;
  });
