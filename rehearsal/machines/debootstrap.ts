import { access, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { StepFailed, type Run, type ServerOs } from "./api";
import { aptInstall, canInstall } from "./apt-install";
import { command } from "./command";
import { mirrorsFor, osFacts, type OsFacts } from "./os-facts";
import type { MachineSettings } from "./machine-settings";
import { fetchKeyring } from "./ubuntu-keyring";

/**
 * A distribution's smallest tree straight from its package mirror, imported as image `reference`: for where no image registry is in reach.
 * Its debs are thrown away, its directories for them stay: apt does not make them again.
 */
export async function debootstrapImage(os: ServerOs, reference: string, settings: MachineSettings, run: Run): Promise<void> {
  const facts = osFacts[os];
  const { report, signal } = run;
  await requireTools(facts, run);
  const folder = await mkdtemp(join(treesFolder(process.env), "flowfleet-root-"));
  const about = { subject: reference, signal };
  try {
    const keyring = (await exists(facts.keyring.path)) ? facts.keyring.path : await fetchKeyring(facts, settings, folder, signal);
    report?.(`making ${os} from its package mirror`);
    const mirror = mirrorsFor(facts, settings)[facts.suite] ?? "";
    await command("debootstrap", debootstrapArgv(facts, keyring, join(folder, "root"), mirror), {
      step: `make ${os} from ${mirror}`,
      timeout: 600_000,
      ...about,
    });
    await command("sh", ["-c", IMPORT, "sh", join(folder, "root"), reference], { step: "import an image", timeout: 180_000, ...about });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Not /tmp: hardened machines mount it `nodev`, where debootstrap refuses to work, and some keep it in memory. */
export const treesFolder = (environment: NodeJS.ProcessEnv): string => environment["TMPDIR"] || "/var/tmp";

export const debootstrapArgv = ({ suite, components, script }: OsFacts, keyring: string, root: string, mirror: string): string[] => [
  "--variant=minbase",
  `--components=${components.join(",")}`,
  "--include=ca-certificates",
  `--keyring=${keyring}`,
  suite,
  root,
  mirror,
  `/usr/share/debootstrap/scripts/${script}`,
];

const IMPORT = `rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/usr/share/locale/*
tar --create --one-file-system --directory "$1" . | docker import --change 'CMD ["/bin/bash"]' - "$2"`;

/** Debian's and Ubuntu's own tools; an Ubuntu tree on Debian needs gpg for Ubuntu's key, too. */
async function requireTools({ keyring, image }: OsFacts, run: Run): Promise<void> {
  const fail = (reason: string) => new StepFailed("make a server image", image, `${image} is in no registry in reach, and ${reason}`, "");
  if (process.getuid?.() !== 0) throw fail("only root may make it from packages");
  const wanted: [string, string][] = [
    ["/usr/sbin/debootstrap", "debootstrap"],
    keyring.fingerprint && !(await exists(keyring.path)) ? ["/usr/bin/gpg", "gpg"] : [keyring.path, keyring.package],
  ];
  const there = await Promise.all(wanted.map(([path]) => exists(path)));
  const missing = wanted.filter((_, index) => !there[index]).map(([, name]) => name);
  if (missing.length === 0) return;
  const refusal = await canInstall();
  if (refusal) throw fail(`${missing.join(", ")} cannot be installed: ${refusal}`);
  await aptInstall(missing, run);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
