import execa from "execa";
import { pause } from "./load";
import { commandLinesDuring } from "./leaks";

const sleeping = () => execa("sleep", ["1.0625"]);

test("gives what the work gave, and what ran meanwhile", async () => {
  const { result, lines } = await commandLinesDuring(sleeping, "sleep 1.0625");
  expect([result.exitCode, lines]).toEqual([0, expect.arrayContaining(["sleep 1.0625 "])]);
});

test("fails where it did not see what is known to run", async () => {
  await expect(commandLinesDuring(sleeping, "sleep 1.03125")).rejects.toThrow(
    new Error("no command line with sleep 1.03125 was seen: that proves nothing"),
  );
});

test("fails where it ends before the work does, whatever it saw until then", async () => {
  const work = async (): Promise<void> => {
    await sleeping();
    process.kill(Number((await execa("pgrep", ["--newest", "--parent", String(process.pid), "python3"])).stdout));
    await pause(200);
  };
  await expect(commandLinesDuring(work, "sleep 1.0625")).rejects.toThrow(
    new Error("what reads command lines ended before the work did: that proves nothing"),
  );
});

test("fails as the work does", async () => {
  await expect(commandLinesDuring(() => Promise.reject(new Error("the work failed")))).rejects.toThrow(new Error("the work failed"));
});
