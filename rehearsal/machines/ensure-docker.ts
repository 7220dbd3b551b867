import { spawn } from "node:child_process";
import { mkdir, open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DockerUnavailable, type Run } from "./api";
import { aptInstall, canInstall } from "./apt-install";
import { command, lastLines, until } from "./command";
import { isThere } from "./is-there";
import { openNetworkSettings } from "./network-settings";

/** Debian's and Ubuntu's package, and what a login to a throwaway server needs here. */
const ENGINE = "docker.io";
const SSH = "openssh-client";

/**
 * Afterwards `docker` answers. On Debian and Ubuntu, as root, an engine that is missing is installed from the distribution and started; everywhere
 * else a missing one is a `DockerUnavailable`.
 */
export async function ensureDocker({ stateDir, report, signal }: Run & { stateDir: string }): Promise<void> {
  const run = { report, signal } as Run;
  await installAndStart(stateDir, run);
  await openNetworkSettings(run);
}

async function installAndStart(stateDir: string, run: Run): Promise<void> {
  const [engine, ssh] = await Promise.all([dockerAnswers(run.signal), isThere("ssh-agent")]);
  if (engine.answers && ssh) return;
  const missing = [...(engine.installed ? [] : [ENGINE]), ...(ssh ? [] : [SSH])];
  if (missing.length > 0) {
    const refusal = await canInstall();
    if (refusal) throw new DockerUnavailable(cannotInstall(missing, refusal));
    // The line that a rehearsal prints at its end begins with it.
    await aptInstall([...missing, ...((await isThere("curl")) ? [] : ["curl"])], run);
  }
  if (!engine.answers) await start(engine.said, stateDir, run);
}

export const cannotInstall = (missing: string[], refusal: string): string =>
  `A rehearsal needs ${missing.map((name) => WORDS[name] ?? name).join(" and ")} on this machine, and installing does not work here: ${refusal}.
Install by hand (https://docs.docker.com/engine/install/) or run this as root on Debian or Ubuntu.
What works without: npx flowfleet plan`;

const WORDS: Record<string, string> = { [ENGINE]: "Docker", [SSH]: "an SSH client" };

interface Engine {
  installed: boolean;
  answers: boolean;
  /** Its words when it does not answer. */
  said: string;
}

async function dockerAnswers(signal?: AbortSignal): Promise<Engine> {
  if (!(await isThere("docker"))) return { installed: false, answers: false, said: "" };
  const about = { step: "ask Docker for its version", subject: "this machine", timeout: 15_000, signal, check: false };
  const { exitCode, stderr } = await command("docker", ["version", "--format", "{{.Server.Version}}"], about);
  return { installed: (await isThere("dockerd")) || exitCode === 0, answers: exitCode === 0, said: stderr.trim() };
}

async function start(said: string, stateDir: string, run: Run): Promise<void> {
  if (process.getuid?.() !== 0) throw new DockerUnavailable(cannotStart(said));
  const systemd = (await readFile("/proc/1/comm", "utf8").catch(() => "")).trim() === "systemd";
  if (systemd) await startBySystemd(run);
  else await startInBackground(stateDir, run);
}

export const cannotStart = (said: string): string =>
  `Docker is installed but does not answer: ${lastLines(said, 1) || "no reason given"}
Start it (systemctl start docker), or let this user use it: usermod -aG docker USER, then log in again; group docker equals root.
What works without: npx flowfleet plan`;

async function startBySystemd({ report, signal }: Run): Promise<void> {
  report?.("starting Docker: systemctl start docker");
  await command("systemctl", ["start", "docker"], { step: "start Docker", subject: "this machine", timeout: 90_000, signal });
  await answering(signal);
}

async function startInBackground(stateDir: string, { report, signal }: Run): Promise<void> {
  const log = join(stateDir, "dockerd.log");
  report?.(`starting Docker in the background, systemd does not run here; its log is ${log}`);
  await mountCgroups({ report, signal });
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const file = await open(log, "a", 0o600);
  // The daemon leaves this process's group: Ctrl-C ends a rehearsal, not the engine.
  const child = spawn("dockerd", [], { detached: true, stdio: ["ignore", file.fd, file.fd] });
  const ended = new Promise<string>((reason) => {
    child.once("error", (error) => {
      reason(error.message);
    });
    child.once("exit", (code) => {
      reason(`dockerd ended with exit status ${code ?? "unknown"}`);
    });
  });
  child.unref();
  await file.close();
  const failed = await unless(ended, (waiting) => answering(waiting, log), signal);
  if (failed !== undefined)
    throw new DockerUnavailable(`${failed}\n${lastLines(await readFile(log, "utf8"))}\nWhat works without: npx flowfleet plan`);
  child.removeAllListeners();
}

/** Waits for something as long as `ended` has not come; what came then. Nobody waits on after that: the command would not end before. */
export async function unless<T>(
  ended: Promise<T>,
  wait: (signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const over = new AbortController();
  const waited = wait(AbortSignal.any([over.signal, ...(signal ? [signal] : [])])).then(() => undefined);
  return Promise.race([ended, waited]).finally(() => {
    over.abort();
  });
}

async function answering(signal?: AbortSignal, log?: string): Promise<void> {
  await until({ step: "wait for Docker", subject: "this machine", timeout: 60_000, signal }, async (saw) => {
    const { answers, said } = await dockerAnswers(signal);
    saw(log ? await readFile(log, "utf8").catch(() => said) : said);
    return answers || undefined;
  });
}

/** systemd mounts them on its machines. Elsewhere Debian has a package that does what is missing. */
async function mountCgroups(run: Run): Promise<void> {
  if ((await readdir("/sys/fs/cgroup").catch(() => [])).length > 0) return;
  await aptInstall(["cgroupfs-mount"], run);
  await command("cgroupfs-mount", [], { step: "mount cgroups", subject: "this machine", signal: run.signal });
}
