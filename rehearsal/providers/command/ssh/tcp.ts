import { reasonOfAbort } from "../resource";
import { connect, isIPv6, type Socket } from "node:net";

/** `host:port`, as it is written in messages. */
export function endpoint({ host, port }: { host: string; port: number }): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** @param timeout Seconds; 0 is for ever. */
export async function dialTcp(to: { host: string; port: number }, timeout: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: to.host, port: to.port });
    const fail = (message: string): void => {
      settle();
      socket.destroy();
      reject(new Error(message));
    };
    const abort = (): void => {
      fail(reasonOfAbort(signal));
    };
    const timer =
      timeout > 0
        ? setTimeout(() => {
            fail(`dial tcp ${endpoint(to)}: i/o timeout`);
          }, timeout * 1000)
        : undefined;
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      socket.removeAllListeners();
      // What breaks from here on is told by the SSH client that reads from this socket.
      socket.on("error", () => undefined);
    };
    signal.addEventListener("abort", abort);
    socket.setNoDelay(true);
    socket.once("connect", () => {
      settle();
      resolve(socket);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      fail(reasonOf(error, to));
    });
    if (signal.aborted) abort();
  });
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by peer",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  ETIMEDOUT: "connection timed out",
};
function reasonOf(error: NodeJS.ErrnoException, to: { host: string; port: number }): string {
  if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") return `dial tcp: lookup ${to.host}: no such host`;
  return `dial tcp ${endpoint(to)}: connect: ${REASONS[error.code ?? ""] ?? error.message}`;
}
