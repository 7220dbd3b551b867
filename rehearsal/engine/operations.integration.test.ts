import { exportState, importState, isUnknown, outputs, secret } from ".";
import { opsOf, TestProject } from "./testing/project";

jest.setTimeout(120_000);

describe("a program's life", () => {
  let project: TestProject;
  afterEach(() => {
    project.remove();
  });

  test("preview, up, no change, replacement, refresh, destroy", async () => {
    project = new TestProject(`
      const g = new Group("g");
      const a = new Thing("a", {value: pulumi.secret("s3cret")}, {parent: g});
      const b = new Thing("b", {value: a.result, kind: STEP}, {parent: g});
      g.registerOutputs({out: b.result});
      exports.out = b.result; exports.hush = pulumi.secret("hush");`);
    const env = { STEP: "one" };

    const planned = await project.preview({ env });
    expect(opsOf(planned)).toEqual(["create g", "create a", "create b"]);
    expect(isUnknown(planned.outputs.out)).toBe(true);
    expect(project.world.calls).toEqual([]);

    const made = await project.up({ env });
    expect([made.succeeded, made.changes]).toEqual([true, { create: 4 }]);
    expect(made.outputs).toEqual({ out: 'b="a=\\"s3cret\\""', hush: secret("hush") });
    expect(project.stateText()).not.toMatch(/s3cret"|"hush":"hush"/);

    const again = await project.up({ env });
    expect([again.changes, project.world.calls]).toEqual([{ same: 4 }, ["create a", "create b"]]);

    const replaced = await project.up({ env: { STEP: "two" } });
    expect(opsOf(replaced).slice(2)).toEqual(["create-replacement b", "replace b", "delete-replaced b"]);
    expect(project.world.calls.slice(2)).toEqual(["create b", "delete b#2"]);

    project.world.existing.delete("b#3");
    expect((await project.refresh()).changes).toEqual({ same: 3, delete: 1 });
    expect((await project.up({ env: { STEP: "two" } })).changes).toEqual({ same: 3, create: 1 });

    const gone = await project.destroy();
    expect(opsOf(gone)).toEqual(["delete b", "delete a", "delete g"]);
    expect([gone.outputs, project.world.existing.size]).toEqual([{}, 0]);
  });

  test("independent resources at once, as many as are allowed", async () => {
    project = new TestProject(`for (let i = 0; i < 8; i++) new Thing("t" + i, {ms: 150});`);
    await project.up({ parallel: 3 });
    expect(project.world.mostRunning).toBe(3);
  });

  test("a stack without a state exports what `pulumi stack import` takes", async () => {
    project = new TestProject("");
    const exported = await exportState({ cwd: project.dir, stack: "dev", stateDir: project.stateDir, passphrase: "test" });
    const manifest = { time: "0001-01-01T00:00:00Z", magic: "", version: "" };
    expect(exported).toEqual({ version: 3, deployment: { manifest, metadata: {} } });
  });

  test("a state moves by export and import, its secrets with it", async () => {
    project = new TestProject(`new Thing("a", {value: pulumi.secret("s3cret")}); exports.hush = pulumi.secret("hush");`);
    await project.up();
    const here = { cwd: project.dir, stack: "dev", stateDir: project.stateDir, passphrase: "test" };
    const there = { ...here, stateDir: `${project.dir}/elsewhere`, passphrase: "other" };
    const exported = await exportState({ ...here, showSecrets: true });
    expect(JSON.stringify(exported)).toContain('"plaintext":"\\"s3cret\\""');
    delete exported.deployment.secrets_providers;
    await importState(there, exported);
    expect(await outputs(there)).toEqual({ hush: "[secret]" });
    expect(await outputs({ ...there, showSecrets: true })).toEqual({ hush: "hush" });
    expect((await project.preview({ stateDir: there.stateDir, passphrase: "other" })).changes).toEqual({ same: 2 });
  });
});
