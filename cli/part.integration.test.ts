import { runPart } from "./part";

const run = async (script: string, limit = 20_000) => {
  const said: string[] = [];
  const end = await runPart({ name: "part", argv: [process.execPath, "-e", script], cwd: "/", limit, say: (line) => said.push(line) });
  return { ...end, said };
};

test("what a part says is said with its name, and its status tells whether it passed", async () => {
  expect(await run('console.log("one"); console.error("two")')).toEqual({
    passed: true,
    printed: expect.arrayContaining(["one", "two"]) as unknown,
    said: expect.arrayContaining(["part                  | one", "part                  | two"]) as unknown,
  });
  expect(await run("process.exit(3)")).toEqual({ passed: false, printed: [], said: [] });
});

test("what it leaves running is not waited for, though it holds the output open", async () => {
  const script = 'require("child_process").spawn("sleep", ["25"], { stdio: "inherit", detached: true }).unref()';
  expect(await run(script)).toMatchObject({ passed: true });
});

test("one that hangs is killed, fails, and tells what it was waiting for", async () => {
  const { passed, printed } = await run('require("child_process").spawnSync("sleep", ["25.5"])', 1_000);
  expect([passed, printed[0]]).toEqual([false, "not ended after 0.0 minutes: killed. What it was waiting for is among these processes:"]);
  expect(printed.at(-1)).toMatch(/sleep 25\.5$/);
});

test("a program that is not there fails with the reason", async () => {
  const said: string[] = [];
  const end = await runPart({ name: "part", argv: ["/no/such/program"], cwd: "/", limit: 1_000, say: (line) => said.push(line) });
  expect(end).toEqual({ passed: false, printed: ["spawn /no/such/program ENOENT"] });
});
