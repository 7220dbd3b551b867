import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UNKNOWN, type DiffResponse, type Props } from "../../engine";
import { commandProvider } from ".";

const dir = realpathSync(mkdtempSync(path.join(tmpdir(), "local-")));
const provider = commandProvider({ localDirs: [dir] });
const lines: string[] = [];
const operation = {
  urn: "urn:pulumi:prod::p::command:local:Command::step",
  name: "step",
  type: "command:local:Command",
  preview: false,
  timeout: 0,
  signal: new AbortController().signal,
  log: (severity: string, message: string) => lines.push(`${severity}: ${message}`),
};
// Ours is not the only work of the machine.
jest.setTimeout(60_000);
beforeEach(() => {
  lines.length = 0;
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

async function create(inputs: Props, more: { timeout?: number; signal?: AbortSignal } = {}): Promise<Props> {
  return (await provider.create({ ...operation, ...more, inputs })).outputs;
}
async function problems(newInputs: Props): Promise<string[]> {
  const { failures } = await provider.check({ ...operation, oldInputs: {}, newInputs, randomSeed: Buffer.alloc(32) });
  return failures.map(({ property, reason }) => `${property} ${reason}`);
}
async function diff(oldInputs: Props, newInputs: Props): Promise<DiffResponse> {
  return provider.diff({ ...operation, id: "x", oldInputs, oldOutputs: {}, newInputs, ignoreChanges: [] });
}

describe("what a local command does", () => {
  test("runs in the program's folder with its environment, input and interpreter", async () => {
    const outputs = await create({ create: 'cat; pwd; echo "$LEVEL" >&2', environment: { LEVEL: "one" }, stdin: "in\n" });
    expect(outputs).toMatchObject({ stdout: `in\n${dir}`, stderr: "one" });
    expect([...lines].sort()).toEqual([`info: ${dir}`, "info: in", "info: one"]);
    expect(await create({ create: "a b", interpreter: ["/bin/echo", "-n"] })).toMatchObject({ stdout: "a b" });
    expect(await create({})).toEqual({ stdout: "", stderr: "" });
  });
  test("logs what it is told to log", async () => {
    const inputs = { create: "echo out; echo err >&2" };
    for (const logging of ["stdout", "stderr", "none"]) await create({ ...inputs, logging });
    expect(lines).toEqual(["info: out", "info: err"]);
  });
  test("an update runs update, else create, and knows what was printed before; a delete goes by the state", async () => {
    const update = async (newInputs: Props): Promise<Props> =>
      (
        await provider.update({
          ...operation,
          id: "x",
          oldInputs: {},
          oldOutputs: { stdout: "old", stderr: "" },
          newInputs,
          ignoreChanges: [],
        })
      ).outputs;
    const shows = 'echo "$PULUMI_COMMAND_STDOUT"';
    expect(await update({ create: "false", update: shows })).toMatchObject({ stdout: "old" });
    expect(await update({ create: shows, addPreviousOutputInEnv: false })).toMatchObject({ stdout: "" });
    expect(await update({ delete: "true" })).toEqual({ delete: "true", stdout: "old", stderr: "" });
    const state = { delete: 'cat > gone; echo "$PULUMI_COMMAND_STDOUT" >> gone', stdin: "in\n", stdout: "was" };
    await provider.delete({ ...operation, id: "x", inputs: {}, outputs: state });
    expect(readFileSync(path.join(dir, "gone"), "utf8")).toBe("in\nwas\n");
  });
  test("files that it made become assets and an archive", async () => {
    const make = "mkdir -p made/deep; printf abc > made/one.txt; printf def > made/two.txt; printf x > made/deep/no.md";
    const outputs = await create({ create: make, assetPaths: ["made/*", "!**/one.*"], archivePaths: ["made/{one,two}.txt"] });
    expect(Object.keys(outputs["assets"] as Props)).toEqual(["made/two.txt"]);
    expect(Object.keys((outputs["archive"] as Props)["assets"] as Props)).toEqual(["made/one.txt", "made/two.txt"]);
  });
  test("failures say status and output", async () => {
    const failing = async (inputs: Props, message: string): Promise<void> => {
      await expect(create(inputs)).rejects.toThrow(new Error(message));
    };
    await failing({ create: "echo a; echo b >&2; exit 3" }, 'exit status 3: running "echo a; echo b >&2; exit 3":\na\nb\n');
    await failing({ create: "kill -9 $$" }, 'signal: killed: running "kill -9 $$":\n');
    await failing({ create: "x", interpreter: ["/no/sh"] }, 'fork/exec /no/sh: no such file or directory: running "x":\n');
    await failing({ create: "x", interpreter: ["no-sh"] }, 'exec: "no-sh": executable file not found in $PATH: running "x":\n');
    await failing({ create: "x", dir: "none" }, `chdir ${dir}/none: no such file or directory: running "x":\n`);
    await failing({ create: '\texit 1 # "é\u0001"' }, 'exit status 1: running "\\texit 1 # \\"é\\x01\\"":\n');
  });
  test("it is killed with all it started, when its time is over or the run is aborted", async () => {
    const command = "sleep 60 & echo $!; wait";
    const late = await create({ create: command }, { timeout: 1 }).then(
      () => "no error",
      (error: unknown) => (error as Error).message,
    );
    expect(late).toMatch(/^signal: killed: running "sleep 60 & echo \$!; wait":\n\d+\n$/);
    const pid = Number(/\n(\d+)\n$/.exec(late)?.[1]);
    await expect(readGone(pid)).resolves.toBe(true);
    await expect(create({ create: "sleep 60" }, { signal: AbortSignal.abort() })).rejects.toThrow('signal: killed: running "sleep 60":\n');
  });
  test("nothing runs in a plan", async () => {
    const planned = await provider.create({ ...operation, preview: true, inputs: { create: "touch planned" } });
    expect(planned.outputs).toEqual({ create: "touch planned", stdout: UNKNOWN, stderr: UNKNOWN });
    expect(planned.id).toMatch(/^step[0-9a-f]{8}$/);
    expect(() => readFileSync(path.join(dir, "planned"))).toThrow("ENOENT");
  });
  test("the function runs at once", async () => {
    const { result } = await provider.invoke({
      token: "command:local:run",
      args: { command: "echo hi" },
      preview: true,
      signal: operation.signal,
    });
    expect(result).toEqual({ command: "echo hi", stdout: "hi", stderr: "" });
  });
});

describe("where it may run", () => {
  const refusal = (where: string): string =>
    `the offline engine does not run local commands in ${where}: it is not in the program's folder. To run it all the same: pulumi up --stack prod`;
  test("in the program's folder and below it, links followed", async () => {
    mkdirSync(path.join(dir, "below"));
    expect(await create({ create: "pwd", dir: "below" })).toMatchObject({ stdout: path.join(dir, "below") });
    symlinkSync("/", path.join(dir, "link"));
    for (const outside of ["/", "..", "below/../..", "link/etc"]) {
      await expect(create({ create: "true", dir: outside })).rejects.toThrow(refusal(outside));
    }
  });
});

describe("changes and inputs", () => {
  test("are told by path; only triggers as a whole replace", async () => {
    const olds = { create: "a", environment: { A: "1", "b.c": "1", D: "1" }, triggers: [1, { x: 1 }, 3] };
    const news = { create: "b", environment: { A: "1", "b.c": "2", E: "1" }, triggers: [1, { x: 2 }] };
    const answer = await diff(olds, news);
    expect(answer).toEqual({
      changes: "some",
      diffs: ["create", "environment", "triggers"],
      replaces: [],
      deleteBeforeReplace: false,
      detailedDiff: {
        create: { kind: "update", inputDiff: false },
        "environment.D": { kind: "delete", inputDiff: false },
        "environment.E": { kind: "add", inputDiff: false },
        'environment["b.c"]': { kind: "update", inputDiff: false },
        "triggers[1].x": { kind: "update", inputDiff: false },
        "triggers[2]": { kind: "delete", inputDiff: false },
      },
    });
    expect(await diff({ create: "a" }, { create: "a", triggers: [1] })).toMatchObject({
      replaces: ["triggers"],
      detailedDiff: { triggers: { kind: "add-replace" } },
    });
    expect(await diff(olds, olds)).toMatchObject({ changes: "none", detailedDiff: {} });
  });
  test("are checked", async () => {
    expect(await problems({ create: 5, environment: { A: 1 }, logging: "all", stdn: "x" })).toEqual([
      "stdn there is no such property; there are create, update, delete, stdin, environment, logging, addPreviousOutputInEnv, triggers, " +
        "interpreter, dir, assetPaths, archivePaths",
      "create must be text, got number",
      "environment must be an object with texts, got an object",
      "logging must be one of stdout, stderr, stdoutAndStderr, none",
    ]);
    await expect(
      provider.check({ ...operation, type: "command:remote:CopyFile", oldInputs: {}, newInputs: {}, randomSeed: Buffer.alloc(32) }),
    ).rejects.toThrow(
      "the offline engine has no command:remote:CopyFile; of the package command it has command:local:Command, command:remote:Command, command:remote:CopyToRemote",
    );
  });
});

/** A killed process that nobody waited for is gone, or only its entry is left. */
async function readGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      if (/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))) return true;
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
