import { getEventListeners } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { utils } from "ssh2";
import { isSecret, revealSecrets, type CreateRequest, type Props, type Provider } from "../../engine";
import { commandProvider, type Allowed } from ".";
import { startAgent } from "./testing/agent";
import { ed25519 } from "./testing/key-pair";
import { TestServer, type ServerSetup } from "./testing/ssh-server";

// Ours is not the only work of the machine.
jest.setTimeout(60_000);
const URN = "urn:pulumi:prod::p::command:remote:Command::step";
const userKey = ed25519();
const agentKey = ed25519();
const dir = mkdtempSync(path.join(tmpdir(), "remote-"));
const agentSocket = path.join(dir, "agent");
const servers: TestServer[] = [];
let agent: Server;

beforeAll(async () => {
  agent = await startAgent(agentSocket, agentKey.private);
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(() => {
  agent.close();
  rmSync(dir, { recursive: true, force: true });
});

async function server(setup: ServerSetup = {}): Promise<TestServer> {
  const started = await new TestServer({ authorizedKey: userKey.public, ...setup }).listen();
  servers.push(started);
  return started;
}
function connectionTo(to: TestServer, more: Props = {}): Props {
  return { host: "127.0.0.1", port: to.port, hostKey: to.hostKey, privateKey: userKey.private, dialErrorLimit: 0, ...more };
}
class Steps {
  readonly lines: string[] = [];
  readonly provider: Provider;
  readonly abort = new AbortController();
  constructor(allowed: Allowed = {}) {
    this.provider = commandProvider({ sshAgent: agentSocket, ...allowed });
  }
  operation(type = "command:remote:Command"): Omit<CreateRequest, "inputs"> {
    const log = (severity: string, message: string): unknown => this.lines.push(`${severity}: ${message}`);
    return { urn: URN, name: "step", type, preview: false, timeout: 0, signal: this.abort.signal, log };
  }
  async checked(inputs: Props, type?: string): Promise<Props> {
    const seed = Buffer.alloc(32);
    const { inputs: checked, failures } = await this.provider.check({
      ...this.operation(type),
      oldInputs: {},
      newInputs: inputs,
      randomSeed: seed,
    });
    expect(failures).toEqual([]);
    return revealSecrets(checked);
  }
  async create(inputs: Props, more: { timeout?: number; type?: string } = {}): Promise<{ id: string; outputs: Props }> {
    const { type, ...rest } = more;
    const created = await this.provider.create({ ...this.operation(type), ...rest, inputs: await this.checked(inputs, type) });
    return { ...created, outputs: revealSecrets(created.outputs) };
  }
}

describe("what a remote command does", () => {
  test("a create runs once and gives what it printed, without the last line break", async () => {
    const to = await server();
    const steps = new Steps();
    const { id, outputs } = await steps.create({
      connection: connectionTo(to),
      create: "cat; printf 'a\\nb\\n\\n'; echo bad >&2",
      stdin: "first\n",
    });
    expect(id).toMatch(/^step[0-9a-f]{8}$/);
    expect(outputs).toMatchObject({ stdout: "first\na\nb\n", stderr: "bad", stdin: "first\n" });
    expect(outputs["connection"]).toMatchObject({ user: "root", dialErrorLimit: 0, perDialTimeout: 15 });
    expect([...steps.lines].sort()).toEqual(["info: ", "info: a", "info: b", "info: bad", "info: first"]);
    expect(to.seen).toEqual(["login root publickey", "exec cat; printf 'a\\nb\\n\\n'; echo bad >&2"]);
  });
  test("the whole connection is secret, in plans, too", async () => {
    const to = await server();
    const steps = new Steps();
    const inputs = { connection: connectionTo(to), create: "true" };
    const planned = await steps.provider.create({ ...steps.operation(), preview: true, inputs });
    expect(isSecret(planned.outputs["connection"])).toBe(true);
    expect(planned.outputs["stdout"]).toBe("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
    expect(to.seen).toEqual([]);
  });
  test("each operation is a login of its own that ends with it", async () => {
    const to = await server();
    const steps = new Steps();
    const inputs = { connection: connectionTo(to), create: "true", delete: "echo gone" };
    const { id, outputs } = await steps.create(inputs);
    await steps.provider.delete({ ...steps.operation(), id, inputs, outputs });
    await until(() => to.seen.filter((line) => line === "end").length === 2);
    expect(to.seen.filter((line) => line.startsWith("login"))).toEqual(["login root publickey", "login root publickey"]);
  });
  test("an update runs update, else create again, else nothing, and tells it what was printed before", async () => {
    const to = await server({ acceptEnv: ["PULUMI_COMMAND_STDOUT"] });
    const steps = new Steps();
    const connection = connectionTo(to);
    const oldOutputs = { stdout: "before", stderr: "warned" };
    const update = async (newInputs: Props): Promise<Props> => {
      const { outputs } = await steps.provider.update({
        ...steps.operation(),
        id: "x",
        oldInputs: {},
        oldOutputs,
        newInputs: await steps.checked({ connection, ...newInputs }),
        ignoreChanges: [],
      });
      return outputs;
    };
    expect(await update({ create: "echo again" })).toMatchObject({ stdout: "again", stderr: "" });
    expect(await update({ create: "false", update: 'echo "was $PULUMI_COMMAND_STDOUT"', logging: "none" })).toMatchObject({
      stdout: "was before",
    });
    expect(await update({ delete: "true" })).toMatchObject(oldOutputs);
    expect(steps.lines).toEqual([
      "warning: The SSH server does not take the variable PULUMI_COMMAND_STDERR: its AcceptEnv must name it, or the command itself must set it",
      "info: again",
      "warning: The SSH server does not take the variable PULUMI_COMMAND_STDERR: its AcceptEnv must name it, or the command itself must set it",
    ]);
  });
  test("a variable that the server does not take keeps the command from running", async () => {
    const to = await server({ acceptEnv: ["GOOD"] });
    const steps = new Steps();
    const connection = connectionTo(to);
    const { outputs } = await steps.create({ connection, create: 'echo "$GOOD"', environment: { GOOD: "taken" } });
    expect(outputs["stdout"]).toBe("taken");
    await expect(steps.create({ connection, create: "echo ran", environment: { BAD: "x" } })).rejects.toThrow(
      'could not set environment variable "BAD": ssh: setenv failed',
    );
    expect(to.seen).not.toContain("exec echo ran");
  });
  test("five megabytes go in and come out", async () => {
    const to = await server();
    const stdin = "0123456789abcdef".repeat(327_680);
    const { outputs } = await new Steps().create({ connection: connectionTo(to), create: "cat", stdin, logging: "none" });
    expect(outputs["stdout"] === stdin).toBe(true);
  });
  test("a failed command is told with its status and all it printed", async () => {
    const to = await server();
    const steps = new Steps();
    const failing = (create: string): Promise<unknown> => steps.create({ connection: connectionTo(to), create });
    await expect(failing('echo "out"; echo err >&2; exit 3')).rejects.toThrow(
      new Error('Process exited with status 3: running "echo \\"out\\"; echo err >&2; exit 3":\nout\nerr\n'),
    );
    await expect(failing("kill -9 $$")).rejects.toThrow(
      new Error('Process exited with status 137 from signal KILL: running "kill -9 $$":\n'),
    );
  });
  test("it is killed when the run is aborted, and when its own time is over", async () => {
    const to = await server();
    const steps = new Steps();
    const inputs = { connection: connectionTo(to), create: "echo started; sleep 30" };
    await expect(steps.create(inputs, { timeout: 3 })).rejects.toThrow(
      new Error('context deadline exceeded: running "echo started; sleep 30":\nstarted\n'),
    );
    steps.lines.length = 0;
    const running = steps.create(inputs);
    const failed = expect(running).rejects.toThrow(new Error('context canceled: running "echo started; sleep 30":\nstarted\n'));
    await until(() => steps.lines.includes("info: started"));
    steps.abort.abort();
    await failed;
    await until(() => to.seen.filter((line) => line === "killed").length === 2);
  });
});

describe("how it logs in", () => {
  const run = (connection: Props, allowed?: Allowed): Promise<unknown> => new Steps(allowed).create({ connection, create: "true" });

  test("by password, and by the agent when there is no key", async () => {
    const byPassword = await server({ authorizedKey: undefined, user: "deploy", password: "open sesame" });
    await run({ ...connectionTo(byPassword), privateKey: undefined as never, user: "deploy", password: "open sesame" });
    const byAgent = await server({ authorizedKey: agentKey.public });
    await run({ ...connectionTo(byAgent), privateKey: undefined as never });
    const byNamedAgent = await server({ authorizedKey: agentKey.public });
    await run(
      { ...connectionTo(byNamedAgent), privateKey: undefined as never, agentSocketPath: agentSocket },
      { sshAgent: path.join(dir, "none") },
    );
    expect([byPassword, byAgent, byNamedAgent].map(({ seen }) => seen[0])).toEqual([
      "login deploy password",
      "login root publickey",
      "login root publickey",
    ]);
  });
  test("by a key with a password", async () => {
    const locked = ed25519({ passphrase: "words", cipher: "aes256-ctr", rounds: 4 });
    const to = await server({ authorizedKey: locked.public });
    await run(connectionTo(to, { privateKey: locked.private, privateKeyPassword: "words" }));
    await expect(run(connectionTo(to, { privateKey: locked.private, privateKeyPassword: "wrong" }))).rejects.toThrow(
      "the private key of root@127.0.0.1 cannot be read: ",
    );
  });
  test("a key that is not authorized, and an agent that is not there", async () => {
    const to = await server({ authorizedKey: agentKey.public });
    await expect(run(connectionTo(to))).rejects.toThrow(
      "after 0 failed attempts: ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain",
    );
    await expect(run(connectionTo(to), { sshAgent: path.join(dir, "none") })).rejects.toThrow(
      `dial unix ${path.join(dir, "none")}: connect: no such file or directory`,
    );
  });
  test("another host key ends the login before anything secret is said", async () => {
    const to = await server({ password: "secret" });
    const pinned = ed25519().public;
    await expect(run(connectionTo(to, { hostKey: pinned, password: "secret" }))).rejects.toThrow(
      "after 0 failed attempts: ssh: handshake failed: ssh: host key mismatch",
    );
    const ecdsa = utils.generateKeyPairSync("ecdsa", { bits: 256 }).public;
    await expect(run(connectionTo(to, { hostKey: ecdsa }))).rejects.toThrow(
      "after 0 failed attempts: ssh: handshake failed: ssh: no common algorithm for host key; we offered: [ecdsa-sha2-nistp256]",
    );
    await expect(run(connectionTo(to, { hostKey: "rubbish" }))).rejects.toThrow("failed to parse host key: ssh: no key found");
    expect(to.seen.filter((line) => line.startsWith("login"))).toEqual([]);
  });
  test("a failed dial is tried again with growing pauses, as often as dialErrorLimit says", async () => {
    const to = await server({ dropFirst: 2 });
    const steps = new Steps();
    const startedAt = Date.now();
    await steps.create({ connection: connectionTo(to, { dialErrorLimit: 2 }), create: "true" });
    expect(steps.lines).toEqual(["info: Dial 1/2 failed: retrying", "info: Dial 2/2 failed: retrying"]);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(240);
    const { port } = to;
    await to.close();
    servers.pop();
    await expect(run({ host: "127.0.0.1", port, privateKey: userKey.private, dialErrorLimit: 1 })).rejects.toThrow(
      `after 1 failed attempts: dial tcp 127.0.0.1:${port}: connect: connection refused`,
    );
  });
  test("logins that fail leave no listener behind on the run's signal", async () => {
    const to = await server({ authorizedKey: agentKey.public });
    const steps = new Steps();
    await expect(steps.create({ connection: connectionTo(to, { dialErrorLimit: 2 }), create: "true" })).rejects.toThrow("after 2 failed");
    await expect(steps.create({ connection: connectionTo(to, { hostKey: ed25519().public }), create: "true" })).rejects.toThrow("mismatch");
    expect(getEventListeners(steps.abort.signal, "abort")).toEqual([]);
  });
  test("through a bastion that has a key of its own", async () => {
    const bastion = await server({ user: "jump" });
    const to = await server();
    const proxy = { ...connectionTo(bastion), user: "jump" };
    const { outputs } = await new Steps().create({ connection: connectionTo(to, { proxy }), create: "echo inside" });
    expect(outputs["stdout"]).toBe("inside");
    expect(bastion.seen.slice(0, 2)).toEqual(["login jump publickey", "forward"]);
    await until(() => to.seen.includes("end") && bastion.seen.includes("end"));
    await expect(run(connectionTo(to, { proxy: { ...proxy, hostKey: to.hostKey } }))).rejects.toThrow(
      "proxy: after 0 failed attempts: ssh: handshake failed: ssh: host key mismatch",
    );
    await expect(run(connectionTo(to, { proxy, hostKey: bastion.hostKey }))).rejects.toThrow(
      "proxy: after 0 failed attempts: ssh: handshake failed: ssh: host key mismatch",
    );
  });
});

describe("where it may log in", () => {
  const refusal = (where: string, why: string): string =>
    `the offline engine does not log in to ${where}: ${why}. To change a real machine run: pulumi up --stack prod`;
  const run = (connection: Props, allowed: Allowed): Promise<unknown> => new Steps(allowed).create({ connection, create: "true" });

  test("by itself to loopback only", async () => {
    await expect(run({ host: "203.0.113.7" }, {})).rejects.toThrow(
      refusal("203.0.113.7:22", "by itself it reaches loopback addresses only"),
    );
    await expect(run({ host: "127.0.0.1.example.com" }, {})).rejects.toThrow("by itself it reaches loopback addresses only");
  });
  test("with a list to what is on it, by address, port and key; the bastion, too", async () => {
    const to = await server();
    const hosts = [{ address: "127.0.0.1", port: to.port, hostKey: to.hostKey }];
    await run(connectionTo(to), { hosts });
    await expect(run(connectionTo(to), { hosts: [] })).rejects.toThrow(
      refusal(`127.0.0.1:${to.port}`, "it is none of the throwaway machines of this run"),
    );
    const other = ed25519().public;
    await expect(run(connectionTo(to, { hostKey: other }), { hosts })).rejects.toThrow(
      refusal(`127.0.0.1:${to.port}`, "the pinned host key is not that of the throwaway machine at this address"),
    );
    await expect(run(connectionTo(to, { proxy: { host: "203.0.113.9" } }), { hosts })).rejects.toThrow(
      refusal("203.0.113.9:22", "it is none of the throwaway machines of this run"),
    );
  });
  test("the list's key is pinned where the program pins none", async () => {
    const to = await server();
    const hosts = [{ address: "127.0.0.1", port: to.port, hostKey: ed25519().public }];
    const { hostKey, ...unpinned } = connectionTo(to);
    expect(hostKey).toBe(to.hostKey);
    await expect(run(unpinned, { hosts })).rejects.toThrow("ssh: host key mismatch");
  });
});

describe("CopyToRemote", () => {
  const SIGNATURE = "4dabf18193072939515e22adb298388d";
  const asset = (of: Props): Props => ({ [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", ...of });
  const archive = (of: Props): Props => ({ [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7", ...of });
  const type = "command:remote:CopyToRemote";

  test("copies a text, a file and a folder, with the folders on the way", async () => {
    const files = mkdtempSync(path.join(dir, "files-"));
    const program = mkdtempSync(path.join(dir, "program-"));
    mkdirSync(path.join(program, "site/css"), { recursive: true });
    writeFileSync(path.join(program, "site/index.html"), "<html>");
    writeFileSync(path.join(program, "site/css/a.css"), "a {}");
    const to = await server({ files });
    const steps = new Steps({ localDirs: [program] });
    const copy = async (source: Props, remotePath: string): Promise<{ id: string; outputs: Props }> =>
      steps.create({ connection: connectionTo(to), source, remotePath }, { type });
    const { id, outputs } = await copy(asset({ text: "hello\n" }), "/etc/app/hello.txt");
    expect(id).toMatch(/^[0-9a-f]{8}$/);
    expect(outputs["source"]).toEqual(asset({ text: "hello\n" }));
    await copy(asset({ path: "site/index.html" }), "/etc/app");
    await copy(archive({ path: "./site" }), "/srv/www");
    await copy(archive({ path: "./site" }), "/srv");
    const read = (file: string): string => readFileSync(path.join(files, file), "utf8");
    expect(["etc/app/hello.txt", "etc/app/index.html", "srv/www/index.html", "srv/www/css/a.css", "srv/site/css/a.css"].map(read)).toEqual([
      "hello\n",
      "<html>",
      "<html>",
      "a {}",
      "a {}",
    ]);
    await expect(copy(asset({ text: "x" }), "/etc/app")).rejects.toThrow(
      "remote path /etc/app is a directory; when using a text asset, remotePath must be a file path",
    );
  });
  test("an update copies again only when the content or the place is another", async () => {
    const files = mkdtempSync(path.join(dir, "files-"));
    const to = await server({ files });
    const steps = new Steps();
    const inputs = await steps.checked({ connection: connectionTo(to), source: asset({ text: "one" }), remotePath: "/f" }, type);
    const update = (newInputs: Props): Promise<unknown> =>
      steps.provider.update({ ...steps.operation(type), id: "x", oldInputs: inputs, oldOutputs: inputs, newInputs, ignoreChanges: [] });
    await update({ ...inputs, connection: connectionTo(to, { perDialTimeout: 3 }) });
    expect(to.seen).toEqual([]);
    await update({ ...inputs, source: asset({ text: "two" }) });
    expect(readFileSync(path.join(files, "f"), "utf8")).toBe("two");
  });
  test("what can be copied", async () => {
    const steps = new Steps();
    const check = async (source: Props): Promise<unknown> => {
      const newInputs = { connection: { host: "127.0.0.1" }, source, remotePath: "/x" };
      return (await steps.provider.check({ ...steps.operation(type), oldInputs: {}, newInputs, randomSeed: Buffer.alloc(32) })).failures;
    };
    expect(await check({})).toEqual([{ property: "asset", reason: "either asset or archive must be set" }]);
    expect(await check(asset({ uri: "https://example.com/a" }))).toEqual([
      { property: "asset", reason: "asset must be a path-based file asset or a text asset" },
    ]);
    expect(await check(archive({ assets: {} }))).toEqual([
      { property: "archive", reason: "archive must be a path-based file or directory" },
    ]);
  });
});

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!holds() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(holds()).toBe(true);
}
