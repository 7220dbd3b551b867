/** A length of time as a person writes it: `"30 seconds"`, `"5 minutes"`, `"24 hours"`. */
export type Duration = `${number} ${"second" | "seconds" | "minute" | "minutes" | "hour" | "hours" | "day" | "days"}`;

const SECONDS = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const;

/**
 * The duration in whole seconds.
 *
 * @throws RangeError when the text is not a duration, is negative or is not a whole number of seconds.
 * @example inSeconds("5 minutes") // 300
 */
export function inSeconds(duration: Duration): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) (second|minute|hour|day)s?$/.exec(duration) ?? [];
  const seconds = Number(amount) * SECONDS[unit as keyof typeof SECONDS];
  if (!Number.isSafeInteger(seconds)) {
    throw new RangeError(`must be a whole number of seconds, minutes, hours or days such as "5 minutes", got "${duration}"`);
  }
  return seconds;
}
