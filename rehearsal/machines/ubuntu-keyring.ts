import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { StepFailed } from "./api";
import { command } from "./command";
import type { MachineSettings } from "./machine-settings";
import { mirrorsFor, type OsFacts } from "./os-facts";

/**
 * Debian has no package with Ubuntu's archive key. It is taken out of Ubuntu's own mirror, and only the key whose fingerprint we
 * know is let through, so nothing that the mirror says is trusted before.
 */
export async function fetchKeyring(facts: OsFacts, settings: MachineSettings, folder: string, signal?: AbortSignal): Promise<string> {
  const { keyring, suite, image } = facts;
  const mirror = mirrorsFor(facts, settings)[suite] ?? "";
  const fail = (reason: string) =>
    new StepFailed("make a server image", image, `${image} is in no registry in reach, and Ubuntu's mirror cannot stand in: ${reason}`, "");
  const get = async (path: string) => {
    const answer = await fetch(`${mirror}/${path}`, {
      signal: AbortSignal.any([AbortSignal.timeout(30_000), ...(signal ? [signal] : [])]),
    }).catch((error: unknown) => {
      throw fail(`${mirror}/${path}: ${error instanceof Error ? error.message : String(error)}`);
    });
    if (!answer.ok) throw fail(`${mirror}/${path}: ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  };

  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const deb = debPath(gunzipSync(await get(`dists/${suite}/main/binary-${arch}/Packages.gz`)).toString(), keyring.package);
  if (!deb) throw fail(`no package ${keyring.package} in ${suite}`);
  await writeFile(join(folder, "keyring.deb"), await get(deb));
  await command("sh", ["-c", EXTRACT, "sh", folder, keyring.path, keyring.fingerprint ?? ""], {
    step: "take Ubuntu's archive key from its mirror",
    subject: image,
    signal,
  });
  return join(folder, "keyring.gpg");
}

/** Where a package is, by the mirror's index. */
export const debPath = (index: string, name: string): string | undefined =>
  index
    .split("\n\n")
    .find((entry) => entry.startsWith(`Package: ${name}\n`))
    ?.match(/^Filename: (.*)$/m)?.[1];

/** `--export` by fingerprint gives exactly that key, or nothing: then the file is empty and `test -s` ends it. */
const EXTRACT = `set -e
cd "$1"
mkdir -m 700 gnupg
dpkg-deb --fsys-tarfile keyring.deb | tar --extract --to-stdout ".$2" | gpg --homedir gnupg --batch --quiet --import
gpg --homedir gnupg --batch --export "$3" > keyring.gpg
test -s keyring.gpg`;
