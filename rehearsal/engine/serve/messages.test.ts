import { parseDuration } from "./messages";

test.each([
  ["90s", 90],
  ["2m30s", 150],
  ["1h", 3600],
  ["1.5s", 1.5],
  ["250ms", 0.25],
])("%s is %d seconds", (text, seconds) => {
  expect(parseDuration(text)).toBeCloseTo(seconds);
});
test.each(["soon", "", "5", "5 m", "m5"])("%j is no duration", (text) => {
  expect(() => parseDuration(text)).toThrow(`unable to parse customTimeout Value ${text}`);
});
