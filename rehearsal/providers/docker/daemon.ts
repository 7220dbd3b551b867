/** A Docker daemon behind SSH: one login for a provider, and in it one `docker system dial-stdio` for each request. */
import { Agent } from "node:http";
import type { Duplex } from "node:stream";
import Docker from "dockerode";
import type { Client, ClientChannel } from "ssh2";
import type { Connection } from "../command/ssh/connection";
import { openClient, type DialOptions, type OpenClient } from "../command/ssh/dial";
import { endpoint } from "../command/ssh/tcp";

export interface Daemon {
  docker: Docker;
  /** A failed request in words: Docker's own, or why it could not be asked. */
  explained(error: unknown): Promise<Error>;
  close(): void;
}

/** sshd takes ten sessions on one connection (MaxSessions). */
const SIDE_BY_SIDE = 6;
const OPENING = { tries: 50, pauseMs: 40 };
/** What `docker` wrote to its stderr comes a little later than the end of its stdout. */
const LAST_WORDS_MS = 2000;

export function sshDaemon(connection: Connection, options: DialOptions): Daemon {
  const link = new Link(connection, options);
  const agent = new Agent({ maxSockets: SIDE_BY_SIDE });
  Object.assign(agent, {
    createConnection: (_options: unknown, done: (error: Error | null, stream?: Duplex) => void) => {
      link.dial().then(
        (stream) => {
          done(null, stream);
        },
        (error: unknown) => {
          done(error as Error);
        },
      );
    },
  });
  // The name only goes into the header Host.
  const docker = new Docker({ protocol: "http", host: "docker", port: 80, agent } as ConstructorParameters<typeof Docker>[0]);
  return {
    docker,
    explained: (error) => link.explained(error),
    close: () => {
      agent.destroy();
      link.close();
    },
  };
}

class Link {
  private opened: Promise<OpenClient> | undefined;
  /** Logins that are not used any more. */
  private readonly former: Promise<OpenClient>[] = [];
  /** How the last `docker system dial-stdio` ended, if it failed. */
  private failure: Promise<string | undefined> = Promise.resolve(undefined);

  constructor(
    private readonly connection: Connection,
    private readonly options: DialOptions,
  ) {}

  async dial(): Promise<Duplex> {
    const { client } = await this.open();
    for (let tries = 1; ; tries++) {
      try {
        return await this.execute(client);
      } catch (error) {
        // Nothing was started: it may be tried again.
        if (tries === OPENING.tries || !(error as Error).message.includes("Channel open failure")) throw error;
        await new Promise((resolve) => setTimeout(resolve, OPENING.pauseMs));
      }
    }
  }
  close(): void {
    this.leave();
    for (const opened of this.former.splice(0)) {
      opened.then(
        ({ close }) => {
          close();
        },
        () => undefined,
      );
    }
  }
  /** The next request logs in anew: only then is the user in the groups that it was put in meanwhile. */
  private leave(): void {
    if (this.opened) this.former.push(this.opened);
    this.opened = undefined;
  }
  async explained(error: unknown): Promise<Error> {
    const { statusCode, json, message } = error as { statusCode?: number; json?: { message?: string } | null; message: string };
    if (statusCode !== undefined) return new Error(`Error response from daemon: ${json?.message ?? message}`, { cause: error });
    const words = await this.failure;
    return words === undefined ? (error as Error) : new Error(words, { cause: error });
  }

  private open(): Promise<OpenClient> {
    if (this.opened) return this.opened;
    const opened = (this.opened = openClient(this.connection, this.options));
    const forget = (): void => {
      if (this.opened === opened) this.opened = undefined;
    };
    opened.then(({ client }) => client.once("close", forget), forget);
    return opened;
  }
  private execute(client: Client): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      // How a command ends that fails at once may come in one packet with the answer that it started: nobody may listen a tick later.
      client.exec("docker system dial-stdio", (error, channel) => {
        if (error) reject(error);
        else resolve(this.watched(channel));
      });
    });
  }
  private watched(channel: ClientChannel): Duplex {
    let words = "";
    let status: number | null = 0;
    channel.stderr.on("data", (data: Buffer) => (words += data.toString()));
    channel.on("exit", (code: number | null) => (status = code));
    const ended = new Promise<string | undefined>((resolve) => {
      channel.once("close", () => {
        if (status !== 0 && status !== null) this.leave();
        // Without a status it was ended from here.
        resolve(status === 0 || status === null ? undefined : this.inWords(words.trim(), status));
      });
    });
    this.failure = Promise.race([ended, new Promise<undefined>((resolve) => setTimeout(resolve, LAST_WORDS_MS, undefined).unref())]);
    return channel;
  }
  private inWords(words: string, status: number): string {
    const who = `${this.connection.user}@${endpoint(this.connection)}`;
    const advice = /permission denied/i.test(words)
      ? `\n${who} may not use Docker there: it is not in the group docker. The machine's step docker-access puts it there; run again`
      : /not found/i.test(words)
        ? `\n${who} has no Docker. It is installed by the stack that owns the machine`
        : "";
    return `docker system dial-stdio on ${who} ended with status ${status}: ${words}${advice}`;
  }
}
