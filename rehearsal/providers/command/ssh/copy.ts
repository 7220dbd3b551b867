/** `command:remote:CopyToRemote`: a file, a folder or a text over SFTP. It only copies: what it wrote stays. */
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Props, Value } from "../../../engine";
import { allowedConnection } from "../allow";
import { stackOf, withinTime, type CommandType, type Context } from "../resource";
import { dialOptions } from "./command";
import { CONNECTION, connectionOf } from "./connection";
import { withClient } from "./dial";
import { openSftp, type Sftp } from "./sftp";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const KINDS: Record<string, "asset" | "archive"> = {
  c44067f5952c0a294b673a41bacd8c17: "asset",
  "0def7320c3a5731c473e5ecbe6d01bc7": "archive",
};
interface Source {
  kind: "asset" | "archive";
  path?: string;
  text?: string;
}

export const copyToRemote: CommandType = {
  properties: {
    connection: { kind: CONNECTION, required: true },
    source: { kind: "any", required: true },
    remotePath: { kind: "string", required: true },
    triggers: { kind: "list" },
  },
  results: [],
  check: ({ source }) => {
    const parsed = sourceOf(source);
    if (!parsed) return [{ property: "asset", reason: "either asset or archive must be set" }];
    if (parsed.path !== undefined || (parsed.kind === "asset" && parsed.text !== undefined)) return [];
    const reason =
      parsed.kind === "asset" ? "asset must be a path-based file asset or a text asset" : "archive must be a path-based file or directory";
    return [{ property: parsed.kind, reason }];
  },
  newId: () => randomBytes(4).toString("hex"),
  create: async (inputs, context) => {
    await copy(inputs, context);
    return inputs;
  },
  update: async (inputs, old, context) => {
    if (inputs["remotePath"] !== old["remotePath"] || hashOf(inputs["source"], context) !== hashOf(old["source"], context))
      await copy(inputs, context);
    return inputs;
  },
  delete: () => Promise.resolve(),
};

function sourceOf(value: Value | undefined): Source | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const signature = value[SIGNATURE];
  const kind = typeof signature === "string" ? KINDS[signature] : undefined;
  if (!kind) return undefined;
  return {
    kind,
    ...(typeof value["path"] === "string" && { path: value["path"] }),
    ...(typeof value["text"] === "string" && { text: value["text"] }),
  };
}
/** Relative paths are the program's. */
function localPath(file: string, { allowed }: Context): string {
  return path.resolve(allowed.localDirs?.[0] ?? ".", file);
}
function hashOf(value: Value | undefined, context: Context): string {
  if (typeof value === "object" && value !== null && !Array.isArray(value) && typeof value["hash"] === "string") return value["hash"];
  const source = sourceOf(value);
  const content = source?.text ?? (source?.path === undefined ? "" : describe(localPath(source.path, context)));
  return createHash("sha256").update(content).digest("hex");
}
/** Everything in a folder, in order. */
function describe(at: string): string | Buffer {
  if (!statSync(at).isDirectory()) return readFileSync(at);
  return readdirSync(at)
    .sort()
    .map(
      (name) =>
        `${name}\0${createHash("sha256")
          .update(describe(path.join(at, name)))
          .digest("hex")}`,
    )
    .join("\n");
}

async function copy(inputs: Props, context: Context): Promise<void> {
  const connection = allowedConnection(context.allowed, connectionOf(inputs), stackOf(context));
  const source = sourceOf(inputs["source"]);
  const to = inputs["remotePath"] as string;
  await withinTime(context, (signal) =>
    withClient(connection, dialOptions(context, signal), async (client) => {
      const abort = (): void => {
        client.destroy();
      };
      signal.addEventListener("abort", abort, { once: true });
      try {
        const sftp = await openSftp(client);
        if (source?.text !== undefined) await copyText(sftp, source.text, to);
        else if (source?.path !== undefined) await copyPath(sftp, localPath(source.path, context), source.path.endsWith("/"), to);
      } finally {
        signal.removeEventListener("abort", abort);
      }
    }),
  );
}

async function copyText(sftp: Sftp, text: string, to: string): Promise<void> {
  if ((await sftp.kindOf(to)) === "folder") {
    throw new Error(`remote path ${to} is a directory; when using a text asset, remotePath must be a file path`);
  }
  await sftp.makeFolders(path.posix.dirname(to));
  await sftp.write(to, Buffer.from(text));
}
/** As with rsync, `folder/` is what is in it and `folder` is the folder itself, where the target exists. */
async function copyPath(sftp: Sftp, from: string, contentOnly: boolean, to: string): Promise<void> {
  const target = await sftp.kindOf(to);
  const isFolder = statSync(from).isDirectory();
  const below = target === "folder" && !(isFolder && contentOnly) ? path.posix.join(to, path.basename(from)) : to;
  if (isFolder) {
    if (target === "file") throw new Error(`remote path ${to} is not a directory`);
    await copyFolder(sftp, from, below);
  } else {
    await sftp.makeFolders(path.posix.dirname(below));
    await sftp.write(below, readFileSync(from));
  }
}
async function copyFolder(sftp: Sftp, from: string, to: string): Promise<void> {
  await sftp.makeFolders(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [local, remote] = [path.join(from, entry.name), path.posix.join(to, entry.name)];
    if (statSync(local).isDirectory()) await copyFolder(sftp, local, remote);
    else await sftp.write(remote, readFileSync(local));
  }
}
