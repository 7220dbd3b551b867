import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { createInterface } from "node:readline/promises";
import execa from "execa";
import { stringify } from "yaml";
import { bootstrap, bootstrapDocument, fingerprint, type BootstrapLogin, type BootstrapWish } from "../components/host/bootstrap";
import type { BootstrapFlags } from "./commands/bootstrap";
import { CliError } from "./explain";

/** Runs `flowfleet bootstrap`. */
export async function bootstrapServer(login: string | undefined, flags: BootstrapFlags): Promise<void> {
  const wish: BootstrapWish = {
    user: flags.user,
    authorizedKeys: await authorizedKeys(flags.authorizedKey),
    ...(flags.onlyTheseKeys && { exactKeys: true }),
  };
  if (flags.cloudInit) {
    process.stdout.write(cloudInit(wish, port(flags.port)));
    return;
  }
  const done = await bootstrap(await knownHost(loginOf(login, flags), flags), wish, (line) => void process.stderr.write(`  ${line}\n`));
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(done, null, 2)}\n`);
    return;
  }
  process.stdout.write(
    [
      `${done.os}: user ${done.user} may deploy, helper ${done.helper.slice(0, 8)} is installed.`,
      `Host key (${done.fingerprint}); put it into the stack file that declares the host:`,
      `  pulumi config set -s STACK --path 'flowfleet:hosts.NAME.hostKey' '${done.hostKey}'`,
      "",
    ].join("\n"),
  );
}

function loginOf(login: string | undefined, flags: BootstrapFlags): Omit<BootstrapLogin, "hostKey"> {
  const [, user, address] = /^([^@\s]+)@([^@\s]+)$/.exec(login ?? "") ?? [];
  if (user === undefined || address === undefined)
    throw new CliError(`bootstrap ${login ?? ""}: must be USER@ADDRESS, e.g. root@203.0.113.10 (or --cloud-init without one).`);
  const agent = process.env["SSH_AUTH_SOCK"];
  if (flags.identity === undefined && (agent ?? "") === "")
    throw new CliError("No SSH agent (SSH_AUTH_SOCK is not set): start one and `ssh-add` your key, or give --identity FILE.");
  return {
    address,
    port: port(flags.port),
    user,
    ...(flags.identity === undefined ? { agent } : { privateKey: readFileSync(flags.identity, "utf8") }),
  };
}

/** The given host key, or the one whose fingerprint a person confirms at the terminal. */
async function knownHost(login: Omit<BootstrapLogin, "hostKey">, flags: BootstrapFlags): Promise<BootstrapLogin> {
  if (flags.hostKey !== undefined) return { ...login, hostKey: flags.hostKey };
  if (!process.stdin.isTTY)
    throw new CliError(
      "--host-key: is needed where nobody can be asked to compare the fingerprint. Your provider's console shows the key.",
    );
  const scan = ["-t", "ed25519", "-p", String(login.port), login.address];
  const { stdout } = await execa("ssh-keyscan", scan, { timeout: 30_000, reject: false });
  const hostKey = stdout.split(" ").slice(1, 3).join(" ").trim();
  if (!hostKey.startsWith("ssh-ed25519 "))
    throw new CliError(
      `${login.address}:${login.port} shows no ed25519 host key. Look whether it runs, and at its address, port and firewall.`,
    );
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await ask.question(
    `${login.address} shows the host key ${fingerprint(Buffer.from(hostKey.split(" ")[1] ?? "", "base64"))}\nIs it the one that your provider's console shows? (yes/no) `,
  );
  ask.close();
  if (answer.trim() !== "yes") throw new CliError("Stopped: the host key was not confirmed. Nothing was changed.");
  return { ...login, hostKey };
}

async function authorizedKeys(files: string[]): Promise<string[]> {
  if (files.length > 0) return files.map((file) => readFileSync(file, "utf8").trim());
  const agent = await execa("ssh-add", ["-L"], { reject: false, timeout: 10_000 }).catch(() => undefined);
  const keys = agent?.exitCode === 0 ? agent.stdout.split("\n").filter(Boolean) : [];
  if (keys.length === 0)
    throw new CliError("No public key for the deploy user: give --authorized-key FILE, or `ssh-add` your key to the SSH agent.");
  return keys;
}

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 65535)
    throw new CliError(`--port ${text}: must be a whole number from 1 to 65535.`);
  return number;
}

/** User data for a server that is yet to be made: writes the same document and runs the same program at first boot. */
export function cloudInit(wish: BootstrapWish, sshPort: number): string {
  const folder = "/var/lib/flowfleet-bootstrap";
  const document = `${folder}/document.json`;
  const run = `python3 -c 'import json; wanted = json.load(open("${document}")); exec("\\n".join(wanted.pop("program")))' > ${folder}/result.json`;
  const config = {
    package_update: true,
    packages: ["python3", "sudo", "openssh-server"],
    write_files: [
      {
        path: document,
        permissions: "0600",
        owner: "root:root",
        encoding: "gz+b64",
        content: gzipSync(bootstrapDocument(wish, sshPort, true), { level: 9 }).toString("base64"),
      },
    ],
    runcmd: [run, `cat ${folder}/result.json`],
  };
  const text = `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
  return text.replace(
    "\n",
    `\n# ${Math.ceil(text.length / 1024)} KB; providers limit user data (AWS 16 KB, Hetzner 32 KB): where it does not fit, use \`flowfleet bootstrap root@ADDRESS\`.\n`,
  );
}
