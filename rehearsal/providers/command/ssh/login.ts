/** One login: the machine shows its key, then we show ours. */
import type { Duplex } from "node:stream";
import { Client, utils, type AnyAuthMethod, type AuthenticationType, type AuthHandlerMiddleware, type ServerHostKeyAlgorithm } from "ssh2";
import { assertAgent } from "./agent";
import { reasonOfAbort } from "../resource";
import type { Login } from "./connection";
import { parseHostKey, type HostKey } from "./host-key";

/** A machine that takes the connection and then never answers must not hold a run for ever. */
const HANDSHAKE_TIMEOUT_MS = 60_000;

/** What a login needs, read and checked once, before the first dial. */
export interface Credentials {
  user: string;
  hostKey: HostKey | undefined;
  /** In the order in which they are offered. */
  methods: AnyAuthMethod[];
}

/** @param sshAgent Socket of the agent where the program names none. */
export async function credentialsOf(login: Login, sshAgent: string | undefined): Promise<Credentials> {
  const hostKey = login.hostKey ? parseHostKey(login.hostKey) : undefined;
  const methods: AnyAuthMethod[] = [];
  const username = login.user;
  if (login.privateKey !== undefined) {
    const key = utils.parseKey(login.privateKey, login.privateKeyPassword);
    if (key instanceof Error) throw new Error(`the private key of ${login.user}@${login.host} cannot be read: ${withoutKey(key.message)}`);
    methods.push({ type: "publickey", username, key });
  }
  const { password } = login;
  if (password !== undefined) {
    methods.push({ type: "password", username, password });
    methods.push({
      type: "keyboard-interactive",
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        finish(prompts.map(() => password));
      },
    });
  }
  const socket = login.agentSocketPath ?? sshAgent;
  if (socket) {
    await assertAgent(socket);
    // Both are "publickey" to the server, and the official provider tries each method once.
    if (login.privateKey === undefined) methods.push({ type: "agent", username, agent: socket });
  }
  return { user: username, hostKey, methods };
}
/** The key's own text never gets into a message. */
function withoutKey(message: string): string {
  return message.split("\n")[0] ?? "";
}

/** @param over An open connection to the machine; it is closed with the client. */
export async function login(credentials: Credentials, over: Duplex, signal: AbortSignal): Promise<Client> {
  const client = new Client();
  const { hostKey } = credentials;
  const attempted: string[] = ["none"];
  const shown = { wrongKey: false };
  let abort = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      abort = () => {
        reject(new Error(reasonOfAbort(signal)));
      };
      signal.addEventListener("abort", abort, { once: true });
      client.once("ready", resolve);
      client.on("error", reject);
      client.once("close", () => {
        reject(new Error("EOF"));
      });
      client.connect({
        sock: over,
        username: credentials.user,
        readyTimeout: HANDSHAKE_TIMEOUT_MS,
        keepaliveInterval: 15_000,
        ...(hostKey && { algorithms: { serverHostKey: [hostKey.type as ServerHostKeyAlgorithm] } }),
        hostVerifier: (key: Buffer) => {
          shown.wrongKey = hostKey !== undefined && !key.equals(hostKey.bytes);
          return !shown.wrongKey;
        },
        authHandler: offering(credentials, attempted),
      });
    });
    return client;
  } catch (error) {
    client.destroy();
    if (signal.aborted) throw new Error(reasonOfAbort(signal), { cause: error });
    throw new Error(`ssh: handshake failed: ${shown.wrongKey ? "ssh: host key mismatch" : reasonOf(error as Error, hostKey, attempted)}`, {
      cause: error,
    });
  } finally {
    // Of a login that failed, too: it is tried again and again with the same signal.
    signal.removeEventListener("abort", abort);
  }
}

/** Offers each method once, in order, as far as the server takes it. */
function offering({ user, methods }: Credentials, attempted: string[]): AuthHandlerMiddleware {
  const untried = [...methods];
  // The types leave out what ssh2 documents: no list before the first answer, and `false` to give up.
  const offer = (left: AuthenticationType[] | null, next: (method: AnyAuthMethod | false) => void): void => {
    if (left === null) {
      // Brings the list of what the server takes.
      next({ type: "none", username: user });
      return;
    }
    const at = untried.findIndex((method) => left.includes(nameOf(method)));
    const [method] = at < 0 ? [] : untried.splice(at, 1);
    if (method) attempted.push(nameOf(method));
    next(method ?? false);
  };
  return (left, _partial, next) => {
    offer(left, next as (method: AnyAuthMethod | false) => void);
  };
}
/** An agent's keys are "publickey" to the server. */
function nameOf({ type }: AnyAuthMethod): AuthenticationType {
  return type === "agent" ? "publickey" : type;
}

function reasonOf({ message }: Error, hostKey: HostKey | undefined, attempted: string[]): string {
  if (message.includes("All configured authentication methods failed")) {
    return `ssh: unable to authenticate, attempted methods [${attempted.join(" ")}], no supported methods remain`;
  }
  if (message.includes("no matching host key")) return `ssh: no common algorithm for host key; we offered: [${hostKey?.type ?? ""}]`;
  if (message.includes("Timed out while waiting for handshake")) return `no answer within ${HANDSHAKE_TIMEOUT_MS / 1000} s`;
  if (message.includes("Connection lost before handshake") || message.includes("ECONNRESET")) return "EOF";
  return message;
}
