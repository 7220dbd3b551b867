/** A new login, through a bastion where there is one; nothing is shared. */
import type { Client, ClientChannel } from "ssh2";
import type { Connection, Login } from "./connection";
import { explained } from "./explain";
import { credentialsOf, login } from "./login";
import { retry } from "./retry";
import { dialTcp } from "./tcp";

export interface DialOptions {
  signal: AbortSignal;
  /** Told of failed dials that are tried again. */
  say: (line: string) => void;
  /** Socket of the agent where the program names none. */
  sshAgent: string | undefined;
}

/** Runs `work` on a login, and closes all that was opened for it. */
export async function withClient<T>(connection: Connection, options: DialOptions, work: (client: Client) => Promise<T>): Promise<T> {
  const { client, close } = await openClient(connection, options);
  try {
    return await work(client);
  } finally {
    close();
  }
}

export interface OpenClient {
  client: Client;
  /** The bastion's login, too. */
  close: () => void;
}
/** A login that stays until it is closed. */
export async function openClient(connection: Connection, options: DialOptions): Promise<OpenClient> {
  const { signal } = options;
  const opened: Client[] = [];
  const close = (): void => {
    for (const client of opened.reverse()) client.end();
  };
  try {
    const target = await credentialsOf(connection, options.sshAgent);
    const { proxy } = connection;
    const bastion = proxy && (await throughProxy(credentialsOf(proxy, options.sshAgent)));
    const openSocket = async () => dialTcp(connection, connection.perDialTimeout, signal);
    if (!proxy || !bastion) {
      opened.push(await dial("Dial", connection, options, async () => login(target, await openSocket(), signal)));
    } else {
      const viaProxy = dial("Dial proxy", proxy, options, async () =>
        login(bastion, await dialTcp(proxy, proxy.perDialTimeout, signal), signal),
      );
      const gate = await throughProxy(viaProxy);
      opened.push(gate);
      const inner = dial("Dial from proxy", connection, options, async () => login(target, await forward(gate, connection), signal));
      opened.push(await throughProxy(inner));
    }
    return { client: opened.at(-1) as Client, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function dial(what: string, to: Login, { signal, say }: DialOptions, attempt: () => Promise<Client>): Promise<Client> {
  try {
    return await retry(what, to.dialErrorLimit, signal, say, attempt);
  } catch (error) {
    throw explained(error, to);
  }
}
async function throughProxy<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new Error(`proxy: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
async function forward(gate: Client, to: Connection): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    gate.forwardOut("127.0.0.1", 0, to.host, to.port, (error, channel) => {
      if (error) reject(new Error(`ssh: rejected: connect failed (${error.message})`));
      else resolve(channel);
    });
  });
}
