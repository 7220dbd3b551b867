import { knownBadAfter, rolloutTimeProblems } from "./rollout-time";

const times = { startPeriod: 30, interval: 10, retries: 3 };

it.each([
  [1, 300],
  [2, 200],
  [3, 100],
  [6, 100],
  [20, 100],
])("with %d tasks a bad release is known after %d s", (instances, after) => {
  expect(knownBadAfter({ instances, ...times })).toBe(after);
  expect(rolloutTimeProblems("health", { instances, ...times })).toEqual([]);
});

it("refuses what takes longer than five minutes", () => {
  expect(rolloutTimeProblems("health", { instances: 2, startPeriod: 60, interval: 30, retries: 3 })).toEqual([
    {
      path: "health",
      wrong:
        "would let a bad release go on for 380 s until ECS gives it up: 2 x (40 s to start + startPeriod 60 s + retries 3 x interval 30 s)",
      allowed: "at most 300 s",
      todo: "shorten one of them, or run more tasks",
    },
  ]);
});
