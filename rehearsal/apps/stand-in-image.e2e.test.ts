import { execFileSync } from "node:child_process";
import { inspect } from "node:util";
import WebSocket from "ws";
import { ensureDocker } from "../machines";
import { until } from "../machines/command";
import { standInImage } from ".";

jest.setTimeout(600_000);

/** As strict as the rehearsal's server runs them. */
const STRICT = "--read-only --cap-drop=ALL --security-opt=no-new-privileges --user=10001:10001 --tmpfs=/tmp:size=64m --detach".split(" ");
const network = `flowfleet-e2e-${process.pid}`;
const address = "127.21.0.1:8080";
const url = `http://${address}`;
const docker = (...argv: string[]) =>
  execFileSync("docker", argv, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 60_000 }).trim();
const names = ["backend", "frontend"].map((service) => `${network}-${service}`);

beforeAll(async () => {
  await ensureDocker({ stateDir: "/tmp" });
  const [backend, frontend] = await Promise.all([
    standInImage({ system: "flowmaster", service: "backend", version: "v1" }),
    standInImage({ system: "flowmaster", service: "frontend", version: "v1" }),
  ]);
  docker("network", "create", network);
  docker("run", ...STRICT, `--network=${network}`, "--network-alias=backend", `--name=${names[0]}`, "--env=DB_PASSWORD=word", backend);
  docker("run", ...STRICT, `--network=${network}`, `--publish=${address}:80`, `--name=${names[1]}`, frontend);
  await answering(`${url}/api/health`);
});
afterAll(() => {
  for (const name of names) docker("rm", "--force", name);
  docker("network", "rm", network);
});

/** Each question has an end of its own: one that is lost while nginx starts would be waited for longer than all of this may take. */
const answering = (path: string): Promise<true> =>
  until({ step: "wait for an answer", subject: path, timeout: 60_000 }, async (saw) => {
    const answer = await fetch(path, { signal: AbortSignal.timeout(5_000) }).catch((error: unknown) => {
      saw(inspect(error));
    });
    if (answer) saw(`status ${answer.status}`);
    return answer?.ok ? true : undefined;
  });

const json = async (path: string, init?: RequestInit): Promise<unknown> => (await fetch(url + path, init)).json();

test("the page is served on every route, with its version, headers and compression", async () => {
  const answer = await fetch(`${url}/some/route`);
  expect(await answer.text()).toContain('<meta name="version" content="v1" />');
  expect([answer.status, answer.headers.get("x-frame-options"), answer.headers.get("x-content-type-options")]).toEqual([
    200,
    "SAMEORIGIN",
    "nosniff",
  ]);
  const asset = /\/assets\/[\w.-]+\.js/.exec(await (await fetch(url)).text())?.[0] ?? "";
  expect((await fetch(url + asset)).headers.get("content-encoding")).toBe("gzip");
});

test("the API answers through the page's proxy; of its variables it tells names only", async () => {
  expect(await json("/api/version")).toMatchObject({ version: "v1", variables: expect.arrayContaining(["DB_PASSWORD"]) as unknown });
  expect(JSON.stringify(await json("/api/version"))).not.toContain("word");
  expect(await json("/api/echo?a=1", { method: "POST", body: "text" })).toMatchObject({ method: "POST", query: { a: "1" }, body: "text" });
});

test("50 MB go up, 51 do not", async () => {
  const upload = (megabytes: number) => fetch(`${url}/api/upload`, { method: "POST", body: Buffer.alloc(megabytes * 1024 * 1024) });
  expect(await (await upload(50)).json()).toMatchObject({ bytes: 50 * 1024 * 1024 });
  expect((await upload(51).catch(() => undefined))?.status ?? 413).toBe(413);
});

test("a stream arrives as it is made", async () => {
  const { body } = await fetch(`${url}/api/stream?seconds=2&every=0.5`);
  const times: number[] = [];
  for await (const chunk of body ?? []) if (chunk) times.push(Date.now());
  expect(times.length).toBeGreaterThanOrEqual(4);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1000);
});

test("a WebSocket echoes", async () => {
  const socket = new WebSocket(`ws://${address}/ws/echo`);
  const said = await new Promise<string>((ok, failed) => {
    socket.once("open", () => {
      socket.send("hello");
    });
    socket.once("message", (data: Buffer) => {
      ok(data.toString());
    });
    socket.once("error", failed);
  });
  socket.close();
  expect(said).toBe("hello");
});

test("one request makes all of the backend's processes unhealthy, another well again", async () => {
  const statuses = async () => [
    ...new Set((await Promise.all(Array.from({ length: 12 }, () => fetch(`${url}/api/health`)))).map(({ status }) => status)),
  ];
  await json("/api/switch/unhealthy", { method: "POST" });
  expect(await statuses()).toEqual([503]);
  await json("/api/switch/healthy", { method: "POST" });
  expect(await statuses()).toEqual([200]);
});

test("the images' own health checks are the guide's and pass", () => {
  const check = (name: string) => JSON.parse(docker("inspect", "--format", "{{json .Config.Healthcheck}}", name)) as unknown;
  const second = 1e9;
  expect(names.map(check)).toEqual([
    {
      Test: ["CMD-SHELL", "curl -fsS http://localhost:8000/api/health || exit 1"],
      Interval: 30 * second,
      Timeout: 10 * second,
      StartPeriod: 40 * second,
      Retries: 3,
    },
    { Test: ["CMD-SHELL", "wget -q -O /dev/null http://localhost:80/ || exit 1"], Interval: 30 * second, Timeout: 3 * second, Retries: 3 },
  ]);
  docker("exec", names[0] ?? "", "curl", "-fsS", "http://localhost:8000/api/health");
  docker("exec", names[1] ?? "", "wget", "-q", "-O", "/dev/null", "http://localhost:80/");
});

test("a version that is made to crash does, one that is made to be ill is", async () => {
  const build = (version: string, startup: "crash" | "never") =>
    standInImage({ system: "flowmaster", service: "backend", version, startup });
  const [crash, never] = await Promise.all([build("crash", "crash"), build("ill", "never")]);
  expect(() => docker("run", "--rm", crash)).toThrow();
  const name = `${network}-ill`;
  docker("run", ...STRICT, `--name=${name}`, "--publish=127.21.0.1:8081:8000", never);
  try {
    await answering("http://127.21.0.1:8081/api/version");
    expect((await fetch("http://127.21.0.1:8081/api/health")).status).toBe(503);
  } finally {
    docker("rm", "--force", name);
  }
});
