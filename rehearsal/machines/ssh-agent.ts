import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Run } from "./api";
import { command } from "./command";

/** An agent outlives the process that started it, so it is known by its socket and its process. */
export interface AgentRecord {
  socket: string;
  pid: number;
}

/** The agent of the record when it still answers, else a new one with the keys in it. */
export async function liveAgent(record: AgentRecord | undefined, keys: string[], { signal }: Run): Promise<AgentRecord> {
  if (record && (await answers(record, signal))) return record;
  if (record) await endAgent(record);
  // A socket's path has room for 107 bytes only: a folder of the estate may be deeper than that.
  const socket = join(await mkdtemp(join(tmpdir(), "flowfleet-agent-")), "socket");
  const { stdout } = await command("ssh-agent", ["-s", "-a", socket], { step: "start an ssh-agent", subject: "this machine", signal });
  const started = { socket, pid: Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1]) };
  await addKeys(started, keys, signal);
  return started;
}

export async function addKeys({ socket }: AgentRecord, keys: string[], signal?: AbortSignal): Promise<void> {
  await command("ssh-add", ["-q", ...keys], {
    step: "add a key to the ssh-agent",
    subject: keys.join(", "),
    signal,
    env: { SSH_AUTH_SOCK: socket },
  });
}

/** Through its socket and not by its process number, which may be another's by now; the number is used only when the socket is in use. */
export async function endAgent({ socket, pid }: AgentRecord): Promise<void> {
  if (await answers({ socket, pid }))
    await command("ssh-agent", ["-k"], {
      step: "end the ssh-agent",
      subject: socket,
      env: { SSH_AUTH_SOCK: socket, SSH_AGENT_PID: String(pid) },
      check: false,
    });
  await rm(dirname(socket), { recursive: true, force: true });
}

/** `ssh-add -l` ends with 2 only when no agent answers (1: no keys). */
async function answers({ socket }: AgentRecord, signal?: AbortSignal): Promise<boolean> {
  const asked = await command("ssh-add", ["-l"], {
    step: "ask the ssh-agent",
    subject: socket,
    signal,
    env: { SSH_AUTH_SOCK: socket },
    check: false,
    timeout: 5000,
  });
  return asked.exitCode !== 2;
}
