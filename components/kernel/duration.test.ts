import { inSeconds } from "./duration";
import type { Duration } from "./duration";

it.each<[Duration, number]>([
  ["1 second", 1],
  ["30 seconds", 30],
  ["5 minutes", 300],
  ["1.5 minutes", 90],
  ["1 hour", 3600],
  ["730 days", 63_072_000],
  ["0 seconds", 0],
])("%s is %d seconds", (duration, seconds) => {
  expect(inSeconds(duration)).toBe(seconds);
});

it.each(["5", "5 min", "-1 seconds", "1.0001 seconds", "5  minutes", "", "1e3 seconds"])("refuses %p", (text) => {
  expect(() => inSeconds(text as Duration)).toThrow(
    new RangeError(`must be a whole number of seconds, minutes, hours or days such as "5 minutes", got "${text}"`),
  );
});
