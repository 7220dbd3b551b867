import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { resource } from "../testing/resource";
import { StateStore } from "../state/store";
import { secret } from "../wire/values";
import { StackStates } from "./stack-reference";

describe("outputs of another stack", () => {
  let stateDir: string;
  beforeEach(() => {
    stateDir = mkdtempSync(path.join(tmpdir(), "reference-"));
  });
  afterEach(() => {
    rmSync(stateDir, { recursive: true });
  });
  const write = async (outputs: Record<string, never>): Promise<void> => {
    const store = await StateStore.open({ stateDir, project: "app", stack: "base" }, "p");
    store.write({ resources: [resource("s", { type: "pulumi:pulumi:Stack", custom: false, outputs })], pending: [], metadata: {} });
  };
  const name = "organization/app/base";
  const read = (passphrase: string): Promise<unknown> => new StackStates({ stateDir, passphrase }).outputsOf(name);

  test("come with their secrets", async () => {
    await write({ open: 1, hush: secret("h") } as never);
    expect(await read("p")).toEqual({ open: 1, hush: secret("h") });
  });
  test("under another passphrase are refused only if there are secrets among them", async () => {
    await write({ open: 1 } as never);
    expect(await read("other")).toEqual({ open: 1 });
    await write({ hush: secret("h") } as never);
    await expect(read("other")).rejects.toThrow(
      'the outputs of stack "organization/app/base" hold secrets under another passphrase than this stack\'s; ' +
        "use one passphrase for both, or keep secrets out of the outputs that others refer to",
    );
  });
  test("may be assumed where there is no state, which is told", async () => {
    const states = new StackStates({ stateDir, passphrase: "p", assumedOutputs: () => Promise.resolve({ hosts: {} }) });
    expect(await states.outputsOf(name)).toEqual({ hosts: {} });
    expect([...states.assumed]).toEqual([name]);
    expect(await read("p")).toBeUndefined();
  });
  test("need a full name", async () => {
    await expect(new StackStates({ stateDir, passphrase: "p" }).outputsOf("base")).rejects.toThrow(
      'stack reference "base" must be organization/project/stack',
    );
  });
});
