import { goSeconds } from "./go-duration";

it.each([
  ["30s", 30],
  ["10m", 600],
  ["7d", 604_800],
  ["1h30m", 5400],
  ["1.5h", 5400],
  ["500ms", 0.5],
])("%s", (text, seconds) => {
  expect(goSeconds(text)).toBeCloseTo(seconds);
});

it.each(["", "30", "30 seconds", "s", "-5s", "0s", "1w", "5S", "1m 30s"])("refuses %j", (text) => {
  expect(() => goSeconds(text)).toThrow(`must be a time above zero such as "30s" or "1h30m", got "${text}"`);
});
