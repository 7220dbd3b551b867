import { existsSync, statfsSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { delimiter, join } from "node:path";
import execa from "execa";
import { checkout } from "./checkout";

export interface Finding {
  name: string;
  ok: boolean;
  /** What is there, e.g. a version. */
  found: string;
  neededFor: string;
  /** What to do when it is missing. */
  remedy: string;
  /** Its absence makes planning or rehearsing impossible. */
  required: boolean;
}

const gigabyte = 1024 ** 3;

/** Looks at this machine; changes nothing. */
export async function examine(): Promise<Finding[]> {
  const canInstall = process.getuid?.() === 0;
  return Promise.all([
    nodeVersion(),
    program("Git", "git", ["--version"], "comparing branches", "apt-get install git", false),
    program("Python 3", "python3", ["--version"], "the tests of the helper that runs on hosts", "apt-get install python3", false),
    program(
      "ssh client and agent",
      "ssh",
      ["-V"],
      "deploying and logging in (the program authenticates by agent)",
      canInstall ? "`npm start` installs it, as does apt-get install openssh-client" : "apt-get install openssh-client",
      !canInstall,
    ),
    dockerEngine(canInstall),
    program(
      "Pulumi CLI",
      "pulumi",
      ["version"],
      "deploying for real (pulumi up); plans and rehearsals do without",
      "https://www.pulumi.com/docs/install/, or npx pulumi",
      false,
    ),
    ...["aws", "jq"].map((file) =>
      program(
        file === "aws" ? "AWS CLI" : "jq",
        file,
        ["--version"],
        "commands of the documentation for what runs on AWS",
        `apt-get install ${file === "aws" ? "awscli" : file}`,
        false,
      ),
    ),
    Promise.resolve(space()),
    Promise.resolve(memory()),
  ]);
}

function nodeVersion(): Promise<Finding> {
  return Promise.resolve({
    name: "Node.js",
    ok: true,
    found: process.version,
    neededFor: "everything",
    remedy: "https://nodejs.org/en/download",
    required: true,
  });
}

async function program(name: string, file: string, args: string[], neededFor: string, remedy: string, required: boolean): Promise<Finding> {
  const PATH = ofThisMachine(process.env["PATH"] ?? "");
  // Looked for first: execa's timer stays when the program is not there, and holds this process up.
  const there = PATH.split(delimiter).some((folder) => existsSync(join(folder, file)));
  const result = there ? await execa(file, args, { reject: false, timeout: 10_000, cwd: checkout, env: { PATH } }) : undefined;
  const ok = result?.exitCode === 0;
  const found = ok ? (`${result.stdout}${result.stderr}`.split("\n")[0] ?? "") : "not found";
  return { name, ok, found, neededFor, remedy, required };
}

/** `npx` puts the packages of the checkout first, and the `pulumi` there is none: it downloads one when it is asked for its version. */
export const ofThisMachine = (path: string): string =>
  path
    .split(delimiter)
    .filter((folder) => !folder.endsWith("/node_modules/.bin"))
    .join(delimiter);

async function dockerEngine(canInstall: boolean): Promise<Finding> {
  const engine = await program(
    "Docker engine",
    "docker",
    ["info", "--format", "{{.ServerVersion}}"],
    "rehearsals (plans do without)",
    canInstall
      ? "`npm start` installs and starts it (Debian's package docker.io)"
      : "ask an administrator: apt-get install docker.io, and usermod -aG docker $USER",
    !canInstall,
  );
  return engine.ok ? engine : { ...engine, found: "no engine answers" };
}

function space(): Finding {
  const { bavail, bsize } = statfsSync(checkout);
  const free = (bavail * bsize) / gigabyte;
  return {
    name: "Disk",
    ok: free >= 8,
    found: `${free.toFixed(0)} GB free`,
    neededFor: "images of throwaway servers (8 GB)",
    remedy: "free some space, or `npm run down`",
    required: false,
  };
}

function memory(): Finding {
  const total = totalmem() / gigabyte;
  return {
    name: "Machine",
    ok: total >= 3.5,
    found: `${cpus().length} processors, ${total.toFixed(0)} GB`,
    neededFor: "a throwaway server (4 GB)",
    remedy: "use a larger machine",
    required: false,
  };
}
