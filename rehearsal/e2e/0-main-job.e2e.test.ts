/** `npm start` as a newcomer runs it: what it prints works as printed, a second run finds nothing to do, `npm run down` leaves nothing. */
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";
import { checkout } from "../../cli/checkout";
import { CommandLine } from "./command-line";

const local = new CommandLine("local");

afterAll(() => local.close(), 120_000);

let first: execa.ExecaReturnValue;

test("npm start brings FlowMaster up on a server that did not exist before", async () => {
  first = await local.run("npm run --silent start");
  expect([first.exitCode, first.stdout]).toEqual([0, expect.stringContaining("Stack local is up")]);
}, 900_000);

test("the curl line works as printed", async () => {
  const line = /^ +Try +(curl .*)$/m.exec(first.stdout)?.[1] ?? "";
  const { stdout } = await execa.command(line, { shell: true });
  expect(JSON.parse(stdout)).toEqual({ status: "ok", version: "v1" });
});

test("one can log in as printed", async () => {
  const { stdout } = await local.run("npx flowfleet rehearse --stack local --ssh local-main", "whoami\n");
  expect(stdout).toContain("deploy");
}, 60_000);

test("a second run finds nothing to do and opens no SSH connection", async () => {
  const { containerName } = await (await local.estate()).machine("local-main");
  const logins = async (): Promise<string> =>
    (await execa("docker", ["exec", containerName, "sh", "-c", "journalctl -u ssh --output cat | grep -c 'Accepted publickey'"])).stdout;
  const before = await logins();
  const second = await local.run("npm run --silent start");
  expect([second.exitCode, second.stdout]).toEqual([0, expect.stringMatching(/^local: succeeded: \d+ same in/m)]);
  expect(await logins()).toBe(before);
}, 120_000);

test("--status --json says what stands there, for other programs", async () => {
  expect(await local.status()).toEqual({
    stack: "local",
    stacks: ["local"],
    ca: path.join(local.home, "local", "ca.pem"),
    machines: [
      {
        name: "local-main",
        address: expect.stringMatching(/^127\.20\./) as string,
        port: expect.any(Number) as number,
        user: "deploy",
        identityFile: expect.stringContaining(local.home) as string,
        hostKey: expect.stringMatching(/^ssh-ed25519 AAAA/) as string,
        state: "running",
      },
    ],
    urls: [
      {
        system: "flowmaster",
        environment: "local",
        url: "https://flowmaster.localhost",
        healthUrl: "https://flowmaster.localhost/api/health",
        address: expect.stringMatching(/^127\.20\./) as string,
        port: expect.any(Number) as number,
      },
    ],
  });
}, 60_000);

test("npm run down leaves nothing behind", async () => {
  expect(await local.leftBy("npm run --silent down")).toEqual([]);
}, 180_000);

test("without Docker and without the right to install it: one message that says what still works", async () => {
  const nobody = { uid: 65534, gid: 65534 };
  const result = await execa(process.execPath, [path.join(checkout, "cli", "flowfleet.js"), "rehearse", "--stack", "local"], {
    ...nobody,
    cwd: checkout,
    env: {
      DOCKER_HOST: "unix:///nonexistent/docker.sock",
      FLOWFLEET_HOME: path.join(tmpdir(), `flowfleet-nobody-${process.pid}`),
      HOME: tmpdir(),
    },
    reject: false,
  }).catch((error: unknown) => error as execa.ExecaError);
  expect([result.exitCode, result.stderr]).toEqual([1, expect.stringMatching(/Docker[\s\S]*plan/)]);
}, 60_000);
