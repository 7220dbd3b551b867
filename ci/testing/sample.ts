/** A small git repository in a temporary folder, with programs that stand in for those which a job would start. */
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";

export const CI = path.resolve(__dirname, "..");

/** Neither the settings nor the tokens of whoever runs the tests. */
const BASE_ENV = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };
const ADA = {
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};

export interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export class Sample {
  readonly root = mkdtempSync(path.join(tmpdir(), "flowfleet-ci-"));
  /** The checkout in which a job runs. */
  readonly folder: string;
  private readonly bin = path.join(this.root, "bin");

  constructor() {
    this.folder = this.repository("checkout");
    mkdirSync(this.bin);
  }

  /** A second repository beside it. */
  repository(name: string): string {
    const folder = path.join(this.root, name);
    execa.sync("git", ["init", "--quiet", "--initial-branch", "main", folder], { env: BASE_ENV });
    return folder;
  }

  write(files: Readonly<Record<string, string>>, folder = this.folder): void {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
  }

  read(file: string, folder = this.folder): string {
    return readFileSync(path.join(folder, file), "utf8");
  }

  has(file: string): boolean {
    return existsSync(path.join(this.folder, file));
  }

  /** Of this repository's `ci`. */
  copy(from: string, to: string): void {
    cpSync(path.join(CI, from), path.join(this.folder, to), { recursive: true });
  }

  git(args: readonly string[], folder = this.folder): string {
    return execa.sync("git", ["-C", folder, ...args], { env: { ...BASE_ENV, ...ADA } }).stdout;
  }

  /** Writes files, commits everything, gives the commit. */
  commit(files: Readonly<Record<string, string>>, message = "A change", folder = this.folder): string {
    this.write(files, folder);
    this.git(["add", "--all"], folder);
    this.git(["commit", "--quiet", "--allow-empty", "--message", message], folder);
    return this.git(["rev-parse", "HEAD"], folder);
  }

  /** A program that stands in for another: POSIX shell. Each call is a line of `calls()`. */
  standIn(name: string, script = ""): void {
    const file = path.join(this.bin, name);
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "${name}\${*:+ $*}" >>"${this.root}/calls"\n${script}\n`);
    chmodSync(file, 0o755);
  }

  calls(): string[] {
    const file = path.join(this.root, "calls");
    return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  }

  /** Runs a script of `ci` by the shell that Debian and Ubuntu have as `sh`, in the checkout. */
  async run(script: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}, cwd = this.folder): Promise<Ended> {
    const file = path.isAbsolute(script) ? script : path.join(CI, script);
    const { exitCode, stdout, stderr } = await execa("sh", [file, ...args], {
      cwd,
      reject: false,
      extendEnv: false,
      env: { ...BASE_ENV, HOME: this.root, PATH: `${this.bin}:${process.env["PATH"] ?? ""}`, ...env },
    });
    return { exitCode, stdout, stderr };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
