import type { Client, ClientChannel } from "ssh2";
import type { Output } from "../output";
import { reasonOfAbort } from "../resource";
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
  return new Promise((resolve, reject) => {
    // All of a short command may come in one packet with the answer that it started: nobody may listen a tick later.
    client.exec(command.text, (error, channel) => {
      if (error) reject(error);
      else follow(client, channel, command.stdin ?? "", output, signal, resolve);
    });
  });
}

function follow(
  client: Client,
  channel: ClientChannel,
  stdin: string,
  output: Output,
  signal: AbortSignal,
  ended: (reason: string | undefined) => void,
): void {
  let reason: string | undefined = "wait: remote command exited without exit status or exit signal";
  const abort = (): void => {
    reason = reasonOfAbort(signal);
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
    ended(reason);
  });
  // A command that does not read its input is no error.
  channel.on("error", () => undefined);
  channel.end(stdin);
  if (signal.aborted) abort();
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
