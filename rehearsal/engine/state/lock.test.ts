import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import path from "node:path";
import { Lock } from "./lock";

describe("the lock of a stack", () => {
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "lock-"));
    file = path.join(dir, "app", "dev.lock");
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });
  const take = (command = "engine up"): Lock => Lock.take(file, 'stack "dev"', command);
  const rewrite = (more: object): void => {
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, "utf8")) as object), ...more }));
  };
  const deadPid = (): number => spawnSync("true").pid;

  test("refuses a second run and names who holds it", () => {
    take("engine destroy");
    const user = userInfo().username;
    const expected = new RegExp(
      `^stack "dev" is in use: "engine destroy" has run since \\S+ as ${user} on this host \\(process ${process.pid}\\)\\. ` +
        `Wait until it ends\\. If that run no longer exists, remove ${file}$`,
    );
    expect(() => take()).toThrow(expected);
  });
  test("is free after its release", () => {
    take().release();
    expect(existsSync(file)).toBe(false);
    take();
  });
  test("of another run that has taken its place meanwhile is left alone", () => {
    const lock = take();
    rmSync(path.dirname(file), { recursive: true });
    const other = take("engine destroy");
    lock.release();
    expect(existsSync(file)).toBe(true);
    other.release();
    expect(existsSync(file)).toBe(false);
  });
  test("is taken over when its holder is gone", () => {
    take();
    rewrite({ pid: deadPid() });
    take();
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ pid: process.pid });
  });
  test("is taken over when another process has the holder's number now", () => {
    take();
    rewrite({ processStart: "1" });
    take();
  });
  test("is taken over when it was cut while it was written", () => {
    take();
    writeFileSync(file, '{"pid": 12');
    take();
    writeFileSync(file, "");
    take();
  });
  test("of another host counts, whatever its process number", () => {
    take();
    rewrite({ pid: deadPid(), host: `not-${hostname()}` });
    expect(() => take()).toThrow(`on host not-${hostname()} (process`);
  });
});
