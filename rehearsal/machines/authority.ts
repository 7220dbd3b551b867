import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Run } from "./api";
import { docker } from "./docker";
import { once } from "./recipe";
import { servicesImage } from "./services-image";
import type { World } from "./world";

/** A TLS certificate and its key, both PEM. */
export interface Identity {
  certificate: string;
  key: string;
}

/** PEM of the estate's own certificate authority: it vouches for the ACME directory and the registry, never for a site. */
export async function authority(world: World, run: Run): Promise<string> {
  return certificatesOf(await authorityPair(world, run));
}

/** A certificate of that authority for these names. */
export async function issue(world: World, names: string[], run: Run): Promise<Identity> {
  const pem = await openssl(ISSUE, [names[0] ?? "", names.map((name) => `DNS:${name}`).join(",")], await authorityPair(world, run), run);
  return { certificate: certificatesOf(pem), key: keyOf(pem) };
}

/** Registry and ACME CA start side by side: the first of them makes it for both. */
function authorityPair(world: World, run: Run): Promise<string> {
  const file = join(world.stateDir, "tls", "authority.pem");
  return once(file, () => readOrMake(world, file, run));
}

async function readOrMake(world: World, file: string, run: Run): Promise<string> {
  const there = await readFile(file, "utf8").catch(() => undefined);
  if (there) return there;
  const made = await openssl(MAKE, [world.prefix], "", run);
  await mkdir(join(world.stateDir, "tls"), { recursive: true, mode: 0o700 });
  await writeFile(file, made, { mode: 0o600 });
  return made;
}

/** In a container of ours, because this machine may have no openssl. Keys go by standard input and output. */
async function openssl(script: string, argv: string[], input: string, run: Run): Promise<string> {
  const image = await servicesImage(run);
  const about = { step: "make a certificate", subject: argv[0] ?? "", input, signal: run.signal };
  return (await docker(["run", "--rm", "--interactive", "--network=none", image, "sh", "-ec", script, "sh", ...argv], about)).stdout;
}

const NEW_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc";
const YEARS = "-days 3650";

const MAKE = `openssl req -x509 ${NEW_KEY} ${YEARS} -keyout key -out cert -subj "/CN=$1" -addext keyUsage=critical,keyCertSign,cRLSign 2>log || { cat log >&2; exit 1; }
cat key cert`;

const ISSUE = `cat > authority
{ openssl req ${NEW_KEY} -keyout key -out request -subj "/CN=$1" -addext "subjectAltName=$2"
  openssl x509 -req -in request -CA authority -CAkey authority ${YEARS} -copy_extensions copy -out cert; } 2>log || { cat log >&2; exit 1; }
cat key cert`;

const blocks = (pem: string, kind: string): string =>
  (pem.match(new RegExp(`-----BEGIN ${kind}-----[^-]+-----END ${kind}-----\n?`, "g")) ?? []).map((block) => `${block.trim()}\n`).join("");

export const certificatesOf = (pem: string): string => blocks(pem, "CERTIFICATE");
export const keyOf = (pem: string): string => blocks(pem, "PRIVATE KEY");
