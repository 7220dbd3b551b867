import { createHash } from "node:crypto";
import { Client, type ConnectConfig } from "ssh2";
import { helperDocument, helperSources } from "./helper-program";

/** How a server is reached the first time: as root the first time, as the deploy user later. */
export interface BootstrapLogin {
  address: string;
  port: number;
  user: string;
  /** `ssh-ed25519 AAAA…`; or a question whether the key with this fingerprint is the right one. */
  hostKey: string | ((fingerprint: string, key: Buffer) => boolean);
  /** Socket of an SSH agent, or the text of a private key. */
  agent?: string;
  privateKey?: string;
}

export interface BootstrapWish {
  /** The deploy user to make. */
  user: string;
  /** Public keys that may log in as that user. */
  authorizedKeys: string[];
  /** Only these may: others are taken away (rotation). @default false */
  exactKeys?: boolean;
}

export interface Bootstrapped {
  /** The host key to pin in the configuration. */
  hostKey: string;
  fingerprint: string;
  os: string;
  user: string;
  port: number;
  /** Revision of the helper that is installed now. */
  helper: string;
}

/** The one command of a fresh server: the program arrives on stdin with its document, so nothing is in any argument list. */
export const FIRST_RUN = `python3 -c 'import json, sys; wanted = json.load(sys.stdin); exec("\\n".join(wanted.pop("program")))'`;
const HELPER = "sudo -n /usr/local/lib/flowfleet/helper bootstrap apply";

/** What goes over stdin; `first` adds the program that runs on a server without a helper. */
export function bootstrapDocument(wish: BootstrapWish, port: number, first: boolean): string {
  const sources = helperSources();
  const program = first ? { program: (sources["bootstrap.py"] ?? "").split("\n") } : {};
  return `${JSON.stringify({ owner: "flowfleet bootstrap", ...wish, sshPort: port, helper: helperDocument(sources), ...program })}\n`;
}

/**
 * Prepares a server: deploy user, helper, one sudoers line, host keys where they are missing. Safe to repeat; once the deploy
 * user exists, it may be repeated as that user.
 *
 * @throws Error with the server's own words when the login or a step fails.
 */
export async function bootstrap(
  login: BootstrapLogin,
  wish: BootstrapWish,
  note: (line: string) => void = () => undefined,
): Promise<Bootstrapped> {
  const first = login.user === "root";
  const text = await overSsh(login, first ? FIRST_RUN : HELPER, bootstrapDocument(wish, login.port, first), note);
  return JSON.parse(text) as Bootstrapped;
}

const PATIENCE = { login: 30_000, step: 600_000 };

function overSsh(login: BootstrapLogin, command: string, input: string, note: (line: string) => void): Promise<string> {
  const where = `${login.user}@${login.address}:${login.port}`;
  return new Promise((resolve, reject) => {
    const client = new Client();
    const timer = setTimeout(() => {
      fail(`no answer within ${PATIENCE.step / 60_000} minutes`);
    }, PATIENCE.step);
    let out = "";
    let err = "";
    /** Of a machine that is not the expected one. */
    let shown: Buffer | undefined;
    const fail = (why: string): void => {
      clearTimeout(timer);
      client.end();
      reject(new Error(`bootstrap of ${where}: ${why}`));
    };
    client.on("error", (error) => {
      fail(shown === undefined ? error.message : wrongKey(shown));
    });
    client.on("ready", () => {
      client.exec(command, (error, channel) => {
        if (error) {
          fail(error.message);
          return;
        }
        channel.on("data", (data: Buffer) => (out += data.toString()));
        channel.stderr.on("data", (data: Buffer) => {
          err += data.toString();
          note(data.toString().trimEnd().split("\n").at(-1) ?? "");
        });
        channel.on("close", (status: number | null) => {
          if (status !== 0) {
            fail(`exit status ${status ?? "none"}\n${(err || out).trimEnd()}`);
            return;
          }
          clearTimeout(timer);
          client.end();
          resolve(out);
        });
        channel.end(input);
      });
    });
    client.connect(
      connection(login, (key) => {
        shown = key;
      }),
    );
  });
}

const wrongKey = (shown: Buffer): string =>
  `the machine shows the host key ${fingerprint(shown)}, which is not the expected one. Compare it with your provider's console; a server that was made anew has a new key, which goes into the configuration (flowfleet:hosts.NAME.hostKey) and behind --host-key`;

function connection(login: BootstrapLogin, refused: (key: Buffer) => void): ConnectConfig {
  const { hostKey } = login;
  const pinned = typeof hostKey === "string" ? hostKey.split(" ") : undefined;
  return {
    host: login.address,
    port: login.port,
    username: login.user,
    readyTimeout: PATIENCE.login,
    keepaliveInterval: 15_000,
    ...(login.agent === undefined ? {} : { agent: login.agent }),
    ...(login.privateKey === undefined ? {} : { privateKey: login.privateKey }),
    algorithms: { serverHostKey: [(pinned?.[0] ?? "ssh-ed25519") as "ssh-ed25519"] },
    hostVerifier: (key: Buffer) => {
      const right = typeof hostKey === "function" ? hostKey(fingerprint(key), key) : key.toString("base64") === pinned?.[1];
      if (!right) refused(key);
      return right;
    },
  };
}

/** As ssh's own question shows it: `SHA256:…`. */
export const fingerprint = (key: Buffer): string => `SHA256:${hash(key)}`;
const hash = (key: Buffer): string => createHash("sha256").update(key).digest("base64").replace(/=+$/, "");
