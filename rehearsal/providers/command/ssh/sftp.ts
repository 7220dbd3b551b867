import path from "node:path";
import type { Client, SFTPWrapper } from "ssh2";

const NO_SUCH_FILE = 2;

/** What of SFTP is needed here, as promises. */
export interface Sftp {
  kindOf(remotePath: string): Promise<"folder" | "file" | undefined>;
  /** With its parents. */
  makeFolders(folder: string): Promise<void>;
  /** In place: the file is emptied first, and keeps its mode. */
  write(remotePath: string, content: Buffer): Promise<void>;
}

export async function openSftp(client: Client): Promise<Sftp> {
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
    client.sftp((error, opened) => {
      if (error) reject(error);
      else resolve(opened);
    });
  });
  const kindOf = async (remotePath: string): Promise<"folder" | "file" | undefined> =>
    new Promise((resolve, reject) => {
      sftp.stat(remotePath, (error, stats) => {
        if (!error) resolve(stats.isDirectory() ? "folder" : "file");
        else if ((error as { code?: unknown }).code === NO_SUCH_FILE) resolve(undefined);
        else reject(new Error(`remote path ${remotePath}: ${error.message}`));
      });
    });
  const makeFolders = async (folder: string): Promise<void> => {
    if (folder === "." || folder === "/" || (await kindOf(folder)) === "folder") return;
    await makeFolders(path.posix.dirname(folder));
    await done(`failed to create remote folder ${folder}`, (finish) => {
      sftp.mkdir(folder, finish);
    });
  };
  const write = async (remotePath: string, content: Buffer): Promise<void> =>
    done(`failed to write remote file ${remotePath}`, (finish) => {
      sftp.writeFile(remotePath, content, finish);
    });
  return { kindOf, makeFolders, write };
}
async function done(what: string, work: (finish: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    work((error) => {
      if (error) reject(new Error(`${what}: ${error.message}`));
      else resolve();
    });
  });
}
