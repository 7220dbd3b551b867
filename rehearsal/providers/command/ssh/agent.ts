/** The SSH agent that authenticates a login. */
import { connect } from "node:net";

/** Fails at once, and without another try, where nobody listens. */
export async function assertAgent(socketPath: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(socketPath);
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      reject(new Error(`dial unix ${socketPath}: connect: ${REASONS[error.code ?? ""] ?? error.message}`));
    });
  });
}
const REASONS: Record<string, string> = {
  ENOENT: "no such file or directory",
  ECONNREFUSED: "connection refused",
  EACCES: "permission denied",
};
