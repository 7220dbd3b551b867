import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";
import { CliError } from "../explain";

/** What is committed at a branch, tag or commit, in a folder of its own. */
export interface BaseCheckout {
  /** 40 hex digits. */
  commit: string;
  folder: string;
  remove: () => void;
}

/**
 * Unpacks a commit with the libraries that its lock file names: this checkout's where that is the same, else a clean install that is
 * kept for the next time.
 *
 * @param modules Folder of the installs.
 * @throws CliError when there is no such commit, or its libraries cannot be installed.
 */
export async function unpackBase(root: string, ref: string, modules: string): Promise<BaseCheckout> {
  const commit = await commitOf(root, ref);
  const folder = mkdtempSync(path.join(tmpdir(), "flowfleet-base-"));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const archive = path.join(folder, "base.tar");
    await execa("git", ["archive", "--output", archive, commit], { cwd: root });
    await execa("tar", ["-xf", archive, "-C", folder]);
    rmSync(archive);
    symlinkSync(await librariesFor(root, folder, `--against ${ref}`, modules), path.join(folder, "node_modules"));
    return { commit, folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function commitOf(root: string, ref: string): Promise<string> {
  const found = await execa("git", ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], {
    cwd: root,
    reject: false,
  });
  if (found.exitCode === 0) return found.stdout;
  throw new CliError(
    `--against ${ref}: is no branch, tag or commit of this checkout. In a pipeline, fetch it first: git fetch origin ${ref.replace(/^origin\//, "")}`,
  );
}

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
