const SECONDS = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 } as const;
const PART = "(\\d+(?:\\.\\d+)?)(ns|us|µs|ms|s|m|h|d)";

/**
 * Seconds of a length of time as Go programs read it, with `d` for days, which some of them know as well.
 *
 * @throws RangeError when it is none, or not above zero.
 * @example goSeconds("1h30m") // 5400
 */
export function goSeconds(text: string): number {
  const seconds = new RegExp(`^(?:${PART})+$`).test(text)
    ? [...text.matchAll(new RegExp(PART, "g"))].reduce(
        (sum, [, amount, unit]) => sum + Number(amount) * SECONDS[unit as keyof typeof SECONDS],
        0,
      )
    : 0;
  if (seconds <= 0) throw new RangeError(`must be a time above zero such as "30s" or "1h30m", got "${text}"`);
  return seconds;
}
