/** Where secrets must not be, and what looks there. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Flowra } from "./flowra";

/**
 * Runs something, and gives each command line that any process had meanwhile: here and on throwaway servers, which share the kernel.
 *
 * @param known Part of a command line that is there meanwhile, on the server: whoever does not see that one has not looked.
 */
export async function commandLinesDuring<T>(
  work: () => Promise<T>,
  known = "/usr/local/lib/flowfleet/",
): Promise<{ result: T; lines: string[] }> {
  const lines: string[] = [];
  const watch = spawn("python3", ["-I", "-c", WATCH], { stdio: ["ignore", "pipe", "inherit"] });
  createInterface({ input: watch.stdout }).on("line", (line) => lines.push(JSON.parse(line) as string));
  const ended = new Promise((done) => watch.once("close", done));
  let result: T;
  let isWatching: boolean;
  try {
    result = await work();
  } finally {
    isWatching = watch.kill();
    await ended;
  }
  if (!isWatching) throw new Error("what reads command lines ended before the work did: that proves nothing");
  if (!lines.some((line) => line.includes(known))) throw new Error(`no command line with ${known} was seen: that proves nothing`);
  return { result, lines };
}

/** Processes that live for less than a sweep may be missed; the same ones come again and again. */
const WATCH = `
import json, os, time
seen = set()
while True:
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % number, "rb") as file:
                line = file.read()
        except OSError:
            continue
        if line not in seen:
            seen.add(line)
            print(json.dumps(line.replace(b"\\0", b" ").decode(errors="replace")), flush=True)
    time.sleep(0.05)
`;

/** Every secret of Flowra as its files on the server have it; of a MongoDB URI the password. */
export const secretsOf = async (server: Pick<Flowra, "on">): Promise<string[]> =>
  JSON.parse(await server.on(`python3 -I -c '${SECRETS}'`)) as string[];

const SECRETS = `
import glob, json, re
found = []
for line in open("/opt/flowra/.env"):
    if "_USERNAME=" in line:
        continue
    value = line.strip().split("=", 1)[1].strip(chr(39) + chr(34))
    uri = re.search("://[^:]+:([^@]+)@", value)
    found.append(uri.group(1) if uri else value)
found += [open(path).read().strip() for path in glob.glob("/opt/flowra/secrets/*/*password*")]
found += json.load(open("/var/lib/flowfleet/redis/flowra-redis.json"))["passwords"]
print(json.dumps(sorted(set(found))))
`;

export interface Found {
  /** Mode and path of each file that has a secret. */
  files: string[];
  /** Those that an account without rights can read, by its own try. */
  readable: string[];
  /** Commands whose output has a secret. */
  told: string[];
}

/** Looks for secrets in the server's files, and in what Docker, the journal and systemd tell. */
export const findOnServer = async (flowra: Pick<Flowra, "on">, secrets: string[]): Promise<Found> =>
  JSON.parse(await flowra.on(`python3 -I -c '${FIND}'`, { input: JSON.stringify(secrets) })) as Found;

// Programs of the image, /usr and the layers of containers' images, are older than any secret.
const FIND = `
import json, os, stat, subprocess, sys
secrets = [one.encode() for one in json.load(sys.stdin)]
run = lambda command: subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
written = run("docker inspect --format {{.GraphDriver.Data.UpperDir}} $(docker ps -aq)").decode().split()
tops = "/dev/shm /etc /home /opt /root /run /srv /tmp /usr/local /var /proc".split() + written
skipped = {"/var/lib/docker/" + one for one in ("overlay2", "image", "buildkit", "network")}
has = lambda content: any(secret in content for secret in secrets)
def files():
    for top in tops:
        for folder, below, names in os.walk(top):
            below[:] = [one for one in below if os.path.join(folder, one) not in skipped]
            if top == "/proc":
                below[:] = [one for one in below if one.isdigit()] if folder == "/proc" else []
                names = [one for one in names if one in ("cmdline", "environ")]
            for name in names:
                yield os.path.join(folder, name)
def found(wanted):
    for path in files():
        try:
            mode = os.lstat(path).st_mode
            if stat.S_ISREG(mode) and wanted(path):
                with open(path, "rb") as file:
                    if has(file.read()):
                        yield "%o %s" % (stat.S_IMODE(mode), path)
        except OSError:
            pass
def as_nobody():
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        os.write(writer, json.dumps(list(found(lambda path: True))).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        return json.load(answer)
commands = (
    "docker inspect $(docker ps -aq)",
    "docker volume inspect $(docker volume ls -q)",
    "docker network inspect $(docker network ls -q)",
    "for one in $(docker ps -aq); do docker logs $one; done",
    "journalctl --no-pager",
    "systemctl show --no-pager --all \\"*\\"",
    "ps -eo args",
)
print(json.dumps({
    "files": sorted(found(lambda path: path.endswith("/cmdline") or not path.startswith("/proc/"))),
    "readable": as_nobody(),
    "told": [command for command in commands if has(run(command))],
}))
`;

/** Mode and path of all files on the server that have one, besides what Keycloak keeps in its database. */
export const FILES_WITH_SECRETS = [
  "400 /opt/flowra/secrets/keycloak-db/superuser-password",
  "400 /opt/flowra/secrets/keycloak/admin-password",
  "400 /opt/flowra/secrets/keycloak/database-password",
  "400 /opt/flowra/secrets/mongodb/root-password",
  "400 /var/lib/flowfleet/environments/flowra-api.….env",
  "400 /var/lib/flowfleet/environments/flowra-worker.….env",
  "600 /opt/flowra/.env",
  "600 /var/lib/flowfleet/keycloak/flowra-keycloak.json",
  "600 /var/lib/flowfleet/mongo/flowra-mongodb.json",
  "600 /var/lib/flowfleet/redis/flowra-redis.json",
];

/** Each instance of a service has a copy of its own. */
export const ofAnyInstance = (file: string): string => file.replace(/\.[0-9a-f]{8}\.env$/, ".….env");
