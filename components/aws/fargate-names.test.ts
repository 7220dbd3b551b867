import { recorded, tier } from "./testing/tier";

it("is refused when AWS would take the name of its target group no more", async () => {
  const called = (name: string) => recorded(() => tier({}, name));
  await expect(called("flowmaster-production-frontend")).rejects.toThrow(
    'flowmaster-production-frontend/name: makes a longer name of a target group than AWS takes; got "flowmaster-production-frontend"; ' +
      "allowed: at most 21 signs; give the component a shorter one",
  );
  const { name } = (await called("flowmaster-twentyones")).resources.find(({ type }) => type === "aws:lb/targetGroup:TargetGroup") ?? {};
  // With what Pulumi adds.
  expect(`${String(name)}-0123456`).toHaveLength(32);
});

it("is refused when AWS would take the names of its roles no more", async () => {
  const called = (length: number) => recorded(() => tier({ service: "s".repeat(length) }));
  const { resources } = await called(39);
  const roles = resources.filter(({ type }) => type === "aws:iam/role:Role").map(({ inputs }) => String(inputs["name"]).length);
  expect(Math.max(...roles)).toBe(64);
  await expect(called(40)).rejects.toThrow(
    /app\/service: makes a longer name of a role than AWS takes; got "s{40}"; allowed: at most 39 signs$/,
  );
});
