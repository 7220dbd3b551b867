import type { Client, ClientChannel } from "ssh2";
import type { Output } from "../output";
import { sendBeforeCommand, type Variable } from "./environment";

export interface RemoteCommand {
  text: string;
  stdin: string | undefined;
  variables: Variable[];
  /** Told of each variable that the server does not take. */
  refused: (name: string) => void;
}

/** Runs one command; what went wrong is the answer (`Process exited with status 3`), `undefined` if nothing did. */
export async function execute(client: Client, command: RemoteCommand, output: Output, signal: AbortSignal): Promise<string | undefined> {
  sendBeforeCommand(client, command.variables, command.refused);
  const channel = await open(client, command.text);
  return new Promise((resolve) => {
    let reason: string | undefined = "wait: remote command exited without exit status or exit signal";
    const abort = (): void => {
      reason = "context canceled";
      channel.signal("KILL");
      client.destroy();
    };
    signal.addEventListener("abort", abort, { once: true });
    channel.on("data", (data: Buffer) => {
      output.add("stdout", data);
    });
    channel.stderr.on("data", (data: Buffer) => {
      output.add("stderr", data);
    });
    channel.on("exit", (status: number | null, name?: string, _coreDumped?: string, description?: string) => {
      if (!signal.aborted) reason = reasonOf(status, name, description);
    });
    channel.once("close", () => {
      signal.removeEventListener("abort", abort);
      output.end();
      resolve(reason);
    });
    // A command that does not read its input is no error.
    channel.on("error", () => undefined);
    channel.end(command.stdin ?? "");
    if (signal.aborted) abort();
  });
}

async function open(client: Client, text: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(text, (error, channel) => {
      if (error) reject(error);
      else resolve(channel);
    });
  });
}

/** ssh2 tells a signal as `SIGKILL`, the protocol and the official provider as `KILL`. */
function reasonOf(status: number | null, signal: string | undefined, description: string | undefined): string | undefined {
  if (status === 0) return undefined;
  if (status !== null) return `Process exited with status ${status}`;
  const name = (signal ?? "").replace(/^SIG/, "");
  return `Process exited with status ${128 + (SIGNALS[name] ?? 0)} from signal ${name}${description ? `. Reason was: ${description}` : ""}`;
}
const SIGNALS: Record<string, number> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  ABRT: 6,
  FPE: 8,
  KILL: 9,
  SEGV: 11,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
};
