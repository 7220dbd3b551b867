import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { command } from "./command";

/** How this machine reaches its package mirrors. Images made here reach them in the same way. */
export interface MachineSettings {
  /** Lines for one file in apt.conf.d: proxies and checks. */
  aptConf: string;
  /** Suite (`bookworm`, `bookworm-security`, …) → the mirror this machine uses for it. */
  mirrors: Record<string, string>;
  /** File name → PEM: certificate authorities that this machine trusts on top of the distribution's. */
  authorities: Record<string, string>;
}

const AUTHORITIES = "/usr/local/share/ca-certificates";

let known: Promise<MachineSettings> | undefined;

/** Read once: asking apt takes half a second. */
export const readMachineSettings = (): Promise<MachineSettings> => (known ??= read());

async function read(): Promise<MachineSettings> {
  const [conf, targets, authorities] = await Promise.all([
    output("apt-config", ["dump", "Acquire"]),
    output("apt-get", ["indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages"]),
    readAuthorities(),
  ]);
  return { aptConf: aptConfOf(conf), mirrors: mirrorsOf(targets), authorities };
}

/** Of all that `apt-config dump Acquire` says (most of it apt's defaults): how to reach a mirror and how strictly to take its dates. */
export const aptConfOf = (dump: string): string =>
  dump
    .split("\n")
    .filter((line) => /^Acquire::(https?|ftp|Check-\w+(-\w+)*|Retries|ForceIPv[46])(::\S+)? ".+";$/.test(line))
    .map((line) => `${line}\n`)
    .join("");

/** First mirror of each suite that a container can reach, too (no `cdrom:`, no `file:`). */
export function mirrorsOf(targets: string): Record<string, string> {
  const mirrors: Record<string, string> = {};
  for (const line of targets.split("\n")) {
    const [uri, suite] = line.split(" ");
    if (uri && suite && /^https?:/.test(uri)) mirrors[suite] ??= uri.replace(/\/$/, "");
  }
  return mirrors;
}

/** Nothing where the program is missing: then there is nothing to take over. */
async function output(file: string, argv: string[]): Promise<string> {
  try {
    return (await command(file, argv, { step: "read the apt configuration", subject: "this machine" })).stdout;
  } catch {
    return "";
  }
}

async function readAuthorities(): Promise<Record<string, string>> {
  const names: string[] = await readdir(AUTHORITIES, { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith(".crt")).sort();
  const named = async (name: string): Promise<[string, string]> => [
    name.replaceAll("/", "-"),
    await readFile(join(AUTHORITIES, name), "utf8"),
  ];
  return Object.fromEntries(await Promise.all(files.map(named)));
}
