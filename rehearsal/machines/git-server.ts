import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Estate, GitServer, Run } from "./api";
import { GIT } from "./block";
import { until } from "./command";
import { worldOf } from "./estate";
import { keyPair } from "./key-pair";
import { runService, type Service } from "./service-container";
import type { World } from "./world";

/**
 * Git by ssh under production's host names: each is an alias of its container on the estate's network, so a server clones and fetches by the
 * name that production has, with a deploy key and against a pinned host key.
 */
export async function startGit(estate: Estate, hosts: string[], run: Run = {}): Promise<GitServer> {
  const world = worldOf(estate);
  const all = [...new Set(hosts)].sort();
  const keys = await Promise.all(["git_host_key", "git_deploy_key"].map((name) => keyPair(join(world.stateDir, "git", name), name)));
  const [host, deploy] = keys as [(typeof keys)[0], (typeof keys)[0]];
  const started = await runService(world, { all, SETTINGS, START, SERVE }, () => service(all, host, deploy.publicKey), "git", run);
  if (started) run.report?.(`git server for ${all.join(", ")}`);
  await answering(world, run);
  return {
    hosts: all,
    hostKey: host.publicKey,
    deployKey: await readFile(deploy.file, "utf8"),
    push: (repository, files, options) => push(world, folderOf(repository, all), files, options),
  };
}

/**
 * Host of a repository's address, which may be of any form: `git@github.com:acme/app.git`, `https://github.com/acme/app.git`.
 *
 * @throws when it has none.
 */
export const gitHost = (repository: string): string => partsOf(repository).host;

/** Address by ssh of a repository, in the only form that the server of a rehearsal speaks. */
export function sshAddress(repository: string): string {
  const { host, path } = partsOf(repository);
  return `git@${host}:${path}.git`;
}

/** Folder below the server's own. */
export function folderOf(repository: string, hosts: string[]): string {
  const { host, path } = partsOf(repository);
  if (!hosts.includes(host)) throw new Error(`repository ${repository}: not of a host that this server answers to: ${hosts.join(", ")}`);
  return path;
}

function partsOf(repository: string): { host: string; path: string } {
  const [, host, path] = /^(?:(?:ssh|https):\/\/(?:[\w-]+@)?|[\w-]+@)([\w.-]+)[/:]\/?(\w[\w./-]*?)(?:\.git)?\/?$/.exec(repository) ?? [];
  if (!host || !path || path.includes(".."))
    throw new Error(`repository ${repository}: its address is no "git@<host>:<path>.git" and no "https://<host>/<path>.git"`);
  return { host, path };
}

const FOLDER = "/srv/git";

async function service(hosts: string[], host: { file: string }, deployKey: string): Promise<Service> {
  return {
    role: "git",
    index: GIT,
    aliases: hosts,
    ports: [],
    volume: ["git", FOLDER],
    files: {
      "/git/host_key": await readFile(host.file, "utf8"),
      "/git/authorized_keys": `restrict,command="/bin/sh /git/serve" ${deployKey}\n`,
      "/git/sshd_config": SETTINGS,
      "/git/serve": SERVE,
      "/git/start": START,
    },
    start: "/git/start",
  };
}

const SETTINGS = `Port 22
HostKey /git/host_key
AuthorizedKeysFile /git/authorized_keys
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
AllowUsers git
`;

// Each commit of a release may be asked for by its number, as the large hosts of repositories allow.
const START = `set -e
id git > /dev/null 2>&1 || useradd --system --shell /bin/sh --home-dir ${FOLDER} --password '*' git
chmod 0644 /git/serve /git/authorized_keys
mkdir -p /run/sshd
git config --system safe.directory '*'
git config --system uploadpack.allowAnySHA1InWant true
exec /usr/sbin/sshd -D -e -f /git/sshd_config
`;

/** What the deploy key may do: read. */
const SERVE = `case "$SSH_ORIGINAL_COMMAND" in
  "git-upload-pack '"*"'") ;;
  *) echo "this key may read only" >&2; exit 1 ;;
esac
path=\${SSH_ORIGINAL_COMMAND#git-upload-pack \\'}
path=\${path%\\'}
path=\${path#/}
case "$path" in *..*) exit 1 ;; esac
exec git-upload-pack "${FOLDER}/\${path%.git}.git"
`;

async function answering(world: World, { signal }: Run): Promise<void> {
  const name = world.containerName("git");
  await until({ step: "wait for the git server", subject: name, timeout: 30_000, signal }, async (saw) => {
    const argv = ["bash", "-c", "head -c 4 < /dev/tcp/127.0.0.1/22"];
    const { stdout, stderr } = await world.exec(name, argv, { check: false, timeout: 5000, ...(signal ? { signal } : {}) });
    saw(stderr);
    return stdout === "SSH-" || undefined;
  });
}

async function push(
  world: World,
  folder: string,
  files: Record<string, string>,
  { branch, message, report, signal }: Parameters<GitServer["push"]>[2],
): Promise<string> {
  const argv = ["sh", "-ec", PUSH, "sh", `${FOLDER}/${folder}.git`, branch, message];
  const { stdout } = await world.exec(world.containerName("git"), argv, { input: treeStream(files), ...(signal ? { signal } : {}) });
  const commit = stdout.trim();
  report?.(`${folder} ${branch}: ${commit}`);
  return commit;
}

/** The files of a commit in the language of `git fast-import`. */
export const treeStream = (files: Record<string, string>): string =>
  `deleteall\n${Object.entries(files)
    .sort()
    .map(([path, text]) => `M ${text.startsWith("#!") ? "100755" : "100644"} inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`)
    .join("")}done\n`;

/** The time is part of a commit's number: always the same, so that the same history has the same numbers. */
const PUSH = `folder=$1 branch=refs/heads/$2
[ -d "$folder" ] || git init --quiet --bare --initial-branch="$2" "$folder"
cd "$folder"
before=$(git rev-parse --quiet --verify "$branch" || true)
{
  printf 'commit refs/rehearsal/next\\ncommitter Rehearsal <rehearsal@example.com> 1700000000 +0000\\n'
  printf 'data %s\\n%s\\n' "\${#3}" "$3"
  if [ -n "$before" ]; then printf 'from %s\\n' "$before"; fi
  cat
} | git fast-import --quiet --done --force
if [ -z "$before" ] || [ "$(git rev-parse "$before^{tree}")" != "$(git rev-parse 'refs/rehearsal/next^{tree}')" ]; then
  git update-ref "$branch" refs/rehearsal/next
fi
git update-ref -d refs/rehearsal/next
git rev-parse "$branch"
`;
