/** An SSH server for tests: runs commands in a real shell, keeps files in a folder, and tells what it saw. */
import { ed25519 } from "./key-pair";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, statSync, writeSync } from "node:fs";
import { connect, type AddressInfo } from "node:net";
import path from "node:path";
import { Server, utils, type Connection, type Session, type SFTPWrapper } from "ssh2";

export interface ServerSetup {
  user?: string;
  password?: string;
  /** Public key in `authorized_keys` form that may log in. */
  authorizedKey?: string;
  /** Variables that are taken, as sshd's AcceptEnv. */
  acceptEnv?: string[];
  /** Where SFTP's absolute paths begin. */
  files?: string;
  /** Authentications that are dropped before any is let in. */
  dropFirst?: number;
}

export class TestServer {
  readonly hostKey: string;
  /** `login deploy publickey`, `env LANG`, `exec true`, `end` … in order. */
  readonly seen: string[] = [];
  private readonly server: Server;
  private readonly connections = new Set<Connection>();
  private dropped = 0;

  constructor(private readonly setup: ServerSetup) {
    const key = ed25519();
    this.hostKey = key.public;
    this.server = new Server({ hostKeys: [key.private] }, (connection) => {
      this.serve(connection);
    });
  }
  async listen(): Promise<this> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return this;
  }
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }
  async close(): Promise<void> {
    for (const connection of this.connections) connection.end();
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  private serve(connection: Connection): void {
    this.connections.add(connection);
    connection.on("error", () => undefined);
    connection.on("close", () => {
      this.connections.delete(connection);
      this.seen.push("end");
    });
    connection.on("authentication", (context) => {
      if (this.dropped < (this.setup.dropFirst ?? 0)) {
        this.dropped++;
        connection.end();
        return;
      }
      const { user = "root", password, authorizedKey } = this.setup;
      const allowed = [...(authorizedKey ? (["publickey"] as const) : []), ...(password ? (["password"] as const) : [])];
      if (context.username !== user) context.reject(allowed);
      else if (context.method === "password" && context.password === password) this.accept(context);
      else if (context.method === "publickey" && authorizedKey && context.key.data.equals(publicBytes(authorizedKey))) this.accept(context);
      else context.reject(allowed);
    });
    connection.on("ready", () => {
      connection.on("session", (acceptSession) => {
        this.session(acceptSession());
      });
      connection.on("tcpip", (accept, _reject, { destIP, destPort }) => {
        this.seen.push("forward");
        const channel = accept();
        const socket = connect(destPort, destIP);
        socket.on("error", () => channel.end());
        channel.on("error", () => undefined);
        channel.pipe(socket).pipe(channel);
      });
    });
  }
  private accept(context: { username: string; method: string; accept: () => void; signature?: Buffer }): void {
    // A key is offered first and only then used to sign.
    if (context.method !== "publickey" || context.signature) this.seen.push(`login ${context.username} ${context.method}`);
    context.accept();
  }

  private session(session: Session): void {
    const env: Record<string, string> = {};
    session.on(
      "env",
      (accept: (() => boolean) | undefined, reject: (() => boolean) | undefined, { key, val }: { key: string; val: string }) => {
        const taken = this.setup.acceptEnv?.includes(key) === true;
        this.seen.push(`env ${key}${taken ? "" : " refused"}`);
        if (taken) env[key] = val;
        (taken ? accept : reject)?.();
      },
    );
    session.on("exec", (accept, _reject, { command }) => {
      this.seen.push(`exec ${command}`);
      const channel = accept();
      const child = spawn("/bin/sh", ["-c", command], { env: { PATH: process.env["PATH"], ...env }, detached: true });
      child.stdin.on("error", () => undefined);
      channel.pipe(child.stdin);
      child.stdout.on("data", (data: Buffer) => channel.write(data));
      child.stderr.on("data", (data: Buffer) => channel.stderr.write(data));
      channel.on("error", () => undefined);
      channel.on("close", () => {
        if (child.exitCode !== null || child.pid === undefined) return;
        this.seen.push("killed");
        process.kill(-child.pid, "SIGKILL");
      });
      child.on("close", (status, signal) => {
        if (signal) channel.exit(signal.replace(/^SIG/, ""));
        else channel.exit(status ?? 1);
        channel.end();
      });
    });
    session.on("sftp", (accept) => {
      serveFiles(accept(), this.setup.files ?? "/nonexistent");
    });
  }
}

function publicBytes(line: string): Buffer {
  const key = utils.parseKey(line);
  if (key instanceof Error) throw key;
  return key.getPublicSSH();
}

/** As much of SFTP as copying needs. */
function serveFiles(sftp: SFTPWrapper, root: string): void {
  const { STATUS_CODE } = utils.sftp;
  const at = (remote: string): string => path.join(root, remote);
  const attempt = (id: number, work: () => void): void => {
    try {
      work();
    } catch {
      sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    }
  };
  const stat = (id: number, remote: string): void => {
    attempt(id, () => {
      const { mode, uid, gid, size, atimeMs, mtimeMs } = statSync(at(remote));
      sftp.attrs(id, { mode, uid, gid, size, atime: atimeMs / 1000, mtime: mtimeMs / 1000 });
    });
  };
  sftp.on("STAT", stat);
  sftp.on("LSTAT", stat);
  sftp.on("MKDIR", (id, remote) => {
    attempt(id, () => {
      mkdirSync(at(remote));
      sftp.status(id, STATUS_CODE.OK);
    });
  });
  sftp.on("OPEN", (id, remote) => {
    attempt(id, () => {
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(openSync(at(remote), "w"));
      sftp.handle(id, handle);
    });
  });
  sftp.on("WRITE", (id, handle, offset, data) => {
    writeSync(handle.readUInt32BE(), data, 0, data.length, offset);
    sftp.status(id, STATUS_CODE.OK);
  });
  for (const request of ["FSETSTAT", "SETSTAT"] as const)
    sftp.on(request, (id: number) => {
      sftp.status(id, STATUS_CODE.OK);
    });
  sftp.on("CLOSE", (id, handle) => {
    closeSync(handle.readUInt32BE());
    sftp.status(id, STATUS_CODE.OK);
  });
}
