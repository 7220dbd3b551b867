import { opsOf, TestProject } from "./testing/project";

jest.setTimeout(120_000);

describe("when something fails", () => {
  let project: TestProject;
  afterEach(() => {
    project.remove();
  });
  const ids = (): string[] => [...project.world.existing.keys()].map((id) => id.split("#")[0] ?? "").sort();

  test("what is in flight ends and is kept, nothing new starts, the next run goes on", async () => {
    project = new TestProject(`
      const bad = new Thing("bad", {ms: 100, fail: STEP === "bad" ? "create" : undefined});
      new Thing("after-bad", {value: bad.result});
      const slow = new Thing("slow", {ms: 600});
      new Thing("after-slow", {value: slow.result});`);
    const failed = await project.up({ env: { STEP: "bad" } });
    expect(failed.succeeded).toBe(false);
    expect(opsOf(failed).sort()).toEqual(["create bad (failed)", "create slow"]);
    expect(failed.diagnostics.map(({ message }) => message)).toEqual(["bad cannot be created", "update failed"]);
    const resumed = await project.up({ env: { STEP: "good" } });
    expect([resumed.succeeded, resumed.changes]).toEqual([true, { same: 2, create: 3 }]);
    expect(ids()).toEqual(["after-bad", "after-slow", "bad", "slow"]);
  });

  test("a program that throws has its creates in flight recorded", async () => {
    project = new TestProject(`
      new Thing("slow", {ms: 500});
      if (STEP === "throw") setTimeout(() => { throw new Error("thrown later"); }, 300);`);
    const failed = await project.up({ env: { STEP: "throw" } });
    expect(failed.succeeded).toBe(false);
    expect(failed.diagnostics[0]?.message).toContain("thrown later");
    expect((await project.up({ env: { STEP: "" } })).changes).toEqual({ same: 2 });
  });

  test("a resource that is there but not ready is kept with its errors, and updated by the next run", async () => {
    project = new TestProject(`new Thing("a", {value: 1, fail: STEP === "bad" ? "partial" : undefined});`);
    const failed = await project.up({ env: { STEP: "bad" } });
    expect(failed.succeeded).toBe(false);
    expect(project.stateText()).toContain('"not ready"');
    const resumed = await project.up({ env: { STEP: "good" } });
    expect(opsOf(resumed)).toEqual(["update a"]);
    expect(project.stateText()).not.toContain('"not ready"');
  });

  test("a replaced resource that cannot be deleted is deleted by a later run", async () => {
    project = new TestProject(`new Thing("a", {kind: STEP, fail: STEP === "one" ? "delete" : undefined});`);
    await project.up({ env: { STEP: "one" } });
    const failed = await project.up({ env: { STEP: "two" } });
    expect(opsOf(failed)).toEqual(["create-replacement a", "replace a", "delete-replaced a (failed)"]);
    expect(failed.succeeded).toBe(false);
    expect(ids()).toEqual(["a", "a"]);
    expect(opsOf(await project.up({ env: { STEP: "two" } }))).toEqual(["same a", "delete-replaced a (failed)"]);
  });

  test("what is not supported is refused by name", async () => {
    project = new TestProject(`new pulumi.CustomResource("elsewhere:index:Thing", "x", {});`);
    const failed = await project.up();
    expect(failed.diagnostics[0]?.message).toBe(
      'the offline engine has no provider for package "elsewhere"; it has pulumi, test. Use the pulumi command for this program',
    );
  });

  test("a cancelled run ends what it began, and keeps it", async () => {
    project = new TestProject(`const a = new Thing("a", {ms: 800}); new Thing("b", {value: a.result});`);
    const stop = new AbortController();
    const running = project.up({
      signal: stop.signal,
      onEvent: (event) => {
        if (event.resourcePreEvent?.metadata.urn.endsWith("::a")) stop.abort();
      },
    });
    const cancelled = await running;
    expect([cancelled.succeeded, opsOf(cancelled)]).toEqual([false, ["create a"]]);
    expect(cancelled.diagnostics.map(({ message }) => message)).toEqual(["update canceled"]);
    expect((await project.up()).changes).toEqual({ same: 2, create: 1 });
  });

  test("a wrong passphrase is told before anything is done", async () => {
    project = new TestProject(`new Thing("a", {});`);
    await project.up();
    const refusal = "getting stack configuration: get stack secrets manager: incorrect passphrase";
    await expect(project.up({ passphrase: "wrong" })).rejects.toThrow(refusal);
    expect(project.events).toEqual([]);
    await expect(project.destroy({ passphrase: "wrong" })).rejects.toThrow(refusal);
    expect((await project.destroy()).changes).toEqual({ delete: 2 });
  });

  test("two runs of one stack at once are refused", async () => {
    project = new TestProject(`new Thing("a", {ms: 500});`);
    const first = project.up();
    await expect(project.up()).rejects.toThrow(/^stack "dev" is in use: "engine up" has run since /);
    expect((await first).succeeded).toBe(true);
  });
});
