/** How long a forge is waited for. */
export interface Patience {
  /** Requests in all, the first included. @default 5 */
  tries?: number;
  /** Seconds: a forge that asks for more (`Retry-After`) is not waited for. @default 60 */
  longest?: number;
  /** Waits so many seconds. */
  sleep?: (seconds: number) => Promise<void>;
}

/**
 * `fetch` that asks again where that helps: no connection, 429, 500 and more, and GitHub's 403 that means a rate limit. It waits as the
 * answer says (`Retry-After` in seconds or as a date, else the reset of the limit), else 1, 2, 4 s. What is left after the last try is the
 * caller's. A request that is tried again may have been carried out: callers look at what is there afterwards.
 *
 * Sources: https://docs.gitlab.com/security/rate_limits/, https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function patientFetch({ tries = 5, longest = 60, sleep = wait }: Patience = {}) {
  return async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) }).catch(reason);
      const isAnswer = typeof answer !== "string";
      if (isAnswer && !isPassing(answer)) return answer;
      const seconds = (isAnswer ? asked(answer.headers) : undefined) ?? 2 ** (attempt - 1);
      if (attempt >= tries || seconds > longest) {
        if (isAnswer) return answer;
        throw new Error(`${new URL(url).origin}: no answer (${answer})`);
      }
      if (isAnswer) await answer.body?.cancel();
      await sleep(seconds);
    }
  };
}

const wait = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** `fetch failed` says nothing; its cause does. */
function reason(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { message?: string; code?: string } };
  return cause?.message || cause?.code || message;
}

const isPassing = ({ status, headers }: Response): boolean =>
  status === 429 || status >= 500 || (status === 403 && (headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0"));

/** Seconds that an answer asks to wait. */
function asked(headers: Headers): number | undefined {
  const after = headers.get("retry-after");
  if (after !== null) {
    const seconds = /^\d+$/.test(after) ? Number(after) : (Date.parse(after) - Date.now()) / 1000;
    if (!Number.isNaN(seconds)) return Math.max(0, seconds);
  }
  if (headers.get("x-ratelimit-remaining") !== "0" && headers.get("ratelimit-remaining") !== "0") return undefined;
  const reset = Number(headers.get("x-ratelimit-reset") ?? headers.get("ratelimit-reset") ?? Number.NaN);
  return Number.isNaN(reset) ? undefined : Math.max(0, reset - Date.now() / 1000 + 1);
}
