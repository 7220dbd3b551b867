import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";
import { CliError } from "../explain";

/** What `--against` names. */
export interface BaseCommit {
  ref: string;
  /** 40 hex digits. */
  commit: string;
  /** The same for the same files. */
  tree: string;
  /** Names of the files at the top. */
  files: ReadonlySet<string>;
}

/** Its files, in a folder of their own. */
export interface BaseCheckout {
  folder: string;
  remove: () => void;
}

/** @throws CliError when there is no such commit. */
export async function baseCommit(root: string, ref: string): Promise<BaseCommit> {
  const found = await execa("git", ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], {
    cwd: root,
    reject: false,
  });
  if (found.exitCode !== 0)
    throw new CliError(
      `--against ${ref}: is no branch, tag or commit of this checkout. In a pipeline, fetch it first: git fetch origin ${ref.replace(/^origin\//, "")}`,
    );
  const commit = found.stdout;
  const [tree, names] = await Promise.all([
    execa("git", ["rev-parse", `${commit}^{tree}`], { cwd: root }),
    execa("git", ["ls-tree", "--name-only", commit], { cwd: root }),
  ]);
  return { ref, commit, tree: tree.stdout, files: new Set(names.stdout.split("\n")) };
}

/** Text of a file at the top; empty where there is none. */
export const fileOf = async (root: string, { commit, files }: BaseCommit, name: string): Promise<string> =>
  files.has(name) ? (await execa("git", ["show", `${commit}:${name}`], { cwd: root })).stdout : "";

/**
 * Unpacks a commit with the libraries that its lock file names: this checkout's where that is the same, else a clean install that is
 * kept for the next time.
 *
 * @param modules Folder of the installs.
 * @throws CliError when its libraries cannot be installed.
 */
export async function unpackBase(root: string, { commit, ref }: BaseCommit, modules: string): Promise<BaseCheckout> {
  const folder = freeFolder(root);
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const archive = path.join(folder, "base.tar");
    await execa("git", ["archive", "--output", archive, commit], { cwd: root });
    await execa("tar", ["-xf", archive, "-C", folder]);
    rmSync(archive);
    symlinkSync(await librariesFor(root, folder, `--against ${ref}`, modules), path.join(folder, "node_modules"));
    return { folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Of the same few each time: what a file is transpiled to is found again by its path. */
function freeFolder(root: string): string {
  const stem = path.join(tmpdir(), `flowfleet-base-${createHash("sha256").update(root).digest("hex").slice(0, 8)}`);
  for (let number = 1; number <= MOST_FOLDERS; number++) {
    try {
      mkdirSync(`${stem}-${number}`, { mode: 0o700 });
      return `${stem}-${number}`;
    } catch {
      // Another plan has it, or was killed and left it.
    }
  }
  return mkdtempSync(`${stem}-`);
}
const MOST_FOLDERS = 8;

/** Folder `node_modules` of a lock file. */
async function librariesFor(root: string, folder: string, asked: string, modules: string): Promise<string> {
  const lock = lockOf(folder);
  if (lock === lockOf(root)) return path.join(root, "node_modules");
  const kept = path.join(modules, lock.slice(0, 16));
  if (existsSync(kept)) return path.join(kept, "node_modules");
  mkdirSync(modules, { recursive: true });
  // Beside, then renamed: an install that was cut off is never taken for a whole one.
  const fresh = mkdtempSync(path.join(modules, "installing-"));
  for (const file of ["package.json", "package-lock.json", ".npmrc"]) {
    if (existsSync(path.join(folder, file))) copyFileSync(path.join(folder, file), path.join(fresh, file));
  }
  const installed = await execa("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], {
    cwd: fresh,
    reject: false,
    all: true,
  });
  if (installed.exitCode !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw new CliError(
      `${asked}: its package-lock.json is not this checkout's, and npm ci of it failed (exit ${installed.exitCode}):\n` +
        `${lastLines(installed.all ?? "")}\nTo plan without it, compare with a commit of the same lock file, or leave --against out.`,
    );
  }
  if (existsSync(kept)) rmSync(fresh, { recursive: true, force: true });
  else renameSync(fresh, kept);
  return path.join(kept, "node_modules");
}

const lockOf = (folder: string): string => {
  const file = path.join(folder, "package-lock.json");
  return createHash("sha256")
    .update(existsSync(file) ? readFileSync(file) : "")
    .digest("hex");
};

const lastLines = (text: string): string => text.trimEnd().split("\n").slice(-5).join("\n");
