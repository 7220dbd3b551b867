import { StepFailed } from "./api";
import { command, lastLines, until } from "./command";

const about = { step: "do it", subject: "main" };

const failure = async (work: Promise<unknown>): Promise<StepFailed> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof StepFailed) return error;
  throw new Error(`expected a StepFailed, got ${String(error)}`);
};

test("gives output and takes input", async () => {
  expect(await command("sh", ["-c", "cat; echo err >&2"], { ...about, input: "in\n" })).toEqual({
    exitCode: 0,
    stdout: "in\n",
    stderr: "err\n",
  });
});

test("a failure names step, subject, status and the last lines", async () => {
  const error = await failure(command("sh", ["-c", "seq 1 30; exit 3"], about));
  expect(error.message).toBe(
    `do it (main): sh ended with exit status 3\n${Array.from({ length: 15 }, (_, n) => `  ${n + 16}`).join("\n")}`,
  );
});

test("with check: false the status is the caller's to judge", async () => {
  expect((await command("sh", ["-c", "exit 3"], { ...about, check: false })).exitCode).toBe(3);
});

test("a program that is not there is a failure that says so", async () => {
  expect((await failure(command("no-such-program", [], { ...about, check: false }))).message).toMatch(/spawn no-such-program ENOENT/);
});

test("one that takes too long is ended", async () => {
  expect((await failure(command("sh", ["-c", "echo began; exec sleep 20"], { ...about, timeout: 1500 }))).message).toBe(
    "do it (main): timeout after 1.5 s\n  began",
  );
});

test("one whose children hold its output open is not waited for", async () => {
  expect((await failure(command("sh", ["-c", "sleep 20 & sleep 20"], { ...about, timeout: 100 }))).reason).toBe("timeout after 0.1 s");
});

test("one that says nothing for too long at the start is ended; one that spoke goes on", async () => {
  expect((await failure(command("sleep", ["20"], { ...about, firstWord: 100 }))).reason).toBe("said nothing for 0.1 s");
  expect((await command("sh", ["-c", "echo word; sleep 2; echo end"], { ...about, firstWord: 1500 })).stdout).toBe("word\nend\n");
});

test("an abort ends it", async () => {
  const abort = new AbortController();
  setTimeout(() => {
    abort.abort();
  }, 1000);
  expect((await failure(command("sh", ["-c", "echo began; exec sleep 20"], { ...about, signal: abort.signal }))).message).toBe(
    "do it (main): interrupted\n  began",
  );
  expect((await failure(command("true", [], { ...about, signal: abort.signal }))).reason).toBe("interrupted");
});

test("until waits for an answer, and tells what it saw last when there is none", async () => {
  let asked = 0;
  expect(await until({ ...about, every: 1 }, () => Promise.resolve(++asked === 3 ? "there" : undefined))).toBe("there");
  const never = until({ ...about, every: 1, timeout: 20 }, (saw) => {
    saw("starting");
    return Promise.resolve(undefined);
  });
  expect((await failure(never)).message).toBe("do it (main): timeout after 0.02 s\n  starting");
});

test("last lines", () => {
  expect([lastLines("a\nb\nc\n", 2), lastLines("", 2)]).toEqual(["b\nc", ""]);
});

test("many at once listen to one signal, and all of them are interrupted by it", async () => {
  const warned = jest.fn();
  process.on("warning", warned);
  const stop = new AbortController();
  const work = Array.from({ length: 12 }, () => failure(command("sleep", ["20"], { ...about, signal: stop.signal })));
  await new Promise((ok) => setTimeout(ok, 200));
  stop.abort();
  expect((await Promise.all(work)).map(({ reason }) => reason)).toEqual(Array.from({ length: 12 }, () => "interrupted"));
  process.off("warning", warned);
  expect(warned).not.toHaveBeenCalled();
});
