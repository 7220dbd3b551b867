/** What a run may touch. Everything else is for `pulumi`, with the official providers. */
import { realpathSync } from "node:fs";
import { isIP, isIPv4 } from "node:net";
import path from "node:path";
import type { Connection, Login } from "./ssh/connection";
import { sameHostKey } from "./ssh/host-key";
import { endpoint } from "./ssh/tcp";

export interface AllowedHost {
  address: string;
  port: number;
  /** One line as in `authorized_keys`. */
  hostKey: string;
}
export interface Allowed {
  /** Machines that may be logged in to. @default loopback addresses */
  hosts?: AllowedHost[];
  /** Folders in which commands may run; the first one is where they run if they say nothing. @default the folder of this process */
  localDirs?: string[];
  /** Socket of the SSH agent where a connection names none. @default SSH_AUTH_SOCK */
  sshAgent?: string;
}

/** The connection, with the keys of the list where the program pins none. Throws where one of its machines is not allowed. */
export function allowedConnection({ hosts }: Allowed, connection: Connection, stack: string): Connection {
  const { proxy } = connection;
  const allowed = { ...connection, hostKey: allowedKey(hosts, connection, stack) };
  return proxy ? { ...allowed, proxy: { ...proxy, hostKey: allowedKey(hosts, proxy, stack) } } : allowed;
}
function allowedKey(hosts: AllowedHost[] | undefined, login: Login, stack: string): string | undefined {
  const refuse = (why: string): Error =>
    new Error(`the offline engine does not log in to ${endpoint(login)}: ${why}. To change a real machine run: pulumi up --stack ${stack}`);
  if (!hosts) {
    if (!isLoopback(login.host)) throw refuse("by itself it reaches loopback addresses only");
    return login.hostKey;
  }
  const host = hosts.find(({ address, port }) => address === login.host && port === login.port);
  if (!host) throw refuse("it is none of the throwaway machines of this run");
  if (login.hostKey && !sameHostKey(login.hostKey, host.hostKey))
    throw refuse("the pinned host key is not that of the throwaway machine at this address");
  return host.hostKey;
}
function isLoopback(host: string): boolean {
  return isIP(host) === 0 ? host === "localhost" : isIPv4(host) ? host.startsWith("127.") : host === "::1";
}

/** Where a local command runs. Throws where that is outside the allowed folders. */
export function allowedDir({ localDirs = [process.cwd()] }: Allowed, dir: string | undefined, stack: string): string {
  const base = localDirs[0];
  const wanted = base === undefined ? dir : path.resolve(base, dir ?? ".");
  if (wanted !== undefined && localDirs.some((allowed) => isInside(allowed, wanted))) return wanted;
  const where = wanted === undefined ? "here" : `in ${dir ?? wanted}`;
  throw new Error(
    `the offline engine does not run local commands ${where}: it is not in the program's folder. To run it all the same: pulumi up --stack ${stack}`,
  );
}
function isInside(folder: string, dir: string): boolean {
  const relative = path.relative(real(folder), real(dir));
  return relative === "" || (!relative.startsWith(`..${path.sep}`) && relative !== ".." && !path.isAbsolute(relative));
}
/** Links are followed; what does not exist is as it is written, below the deepest folder that does. */
function real(dir: string): string {
  try {
    return realpathSync(dir);
  } catch {
    const parent = path.dirname(dir);
    return parent === dir ? dir : path.join(real(parent), path.basename(dir));
  }
}
