import { knownBadAfter, rolloutTimeProblems } from "./rollout-time";

const times = { startPeriod: 20, interval: 5, timeout: 5, retries: 1, stopTimeout: 20 };

it.each([
  [1, 270],
  [2, 180],
  [3, 90],
  [6, 90],
  [20, 90],
])("with %d tasks a bad release is known after %d s", (instances, after) => {
  expect(knownBadAfter({ instances, ...times })).toBe(after);
  expect(rolloutTimeProblems("health", { instances, ...times })).toEqual([]);
});

it("counts the times that a container has where nothing is said", () => {
  expect(knownBadAfter({ instances: 3, startPeriod: 0, interval: 30, retries: 3 })).toBe(40 + 3 * (30 + 10));
});

it("refuses what takes longer than five minutes", () => {
  expect(rolloutTimeProblems("health", { instances: 2, startPeriod: 60, interval: 15, timeout: 5, retries: 3, stopTimeout: 60 })).toEqual([
    {
      path: "health",
      wrong:
        "would let a bad release go on for 440 s until ECS gives it up: 2 x (40 s, if a task starts within them, + startPeriod 60 s + " +
        "retries 3 x (interval 15 s + timeout 5 s) + stopTimeout 60 s)",
      allowed: "at most 300 s",
      todo: "shorten one of them, or run more tasks",
    },
  ]);
});
