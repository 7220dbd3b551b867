import { readFile } from "node:fs/promises";
import type { Run } from "./api";
import { command } from "./command";

/** Why packages cannot be installed on this machine; nothing when they can. */
export async function canInstall(): Promise<string | undefined> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  return whyNot(release, process.getuid?.());
}

export function whyNot(osRelease: string, uid: number | undefined): string | undefined {
  const value = (key: string) => new RegExp(`^${key}="?([^"\n]*)"?$`, "m").exec(osRelease)?.[1] ?? "";
  const family = `${value("ID")} ${value("ID_LIKE")}`.split(" ");
  if (!family.includes("debian") && !family.includes("ubuntu"))
    return `this is ${value("PRETTY_NAME") || "another system"}, not Debian or Ubuntu`;
  if (uid !== 0) return "only root may install packages";
  return undefined;
}

/** Packages of the distribution, asked nothing, nothing recommended. Call `canInstall` first. */
export async function aptInstall(packages: string[], { report, signal }: Run): Promise<void> {
  const about = { subject: "this machine", signal, env: { DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_SUSPEND: "1" } };
  const started = Date.now();
  report?.(`installing ${packages.join(", ")} with apt-get`);
  await command("apt-get", ["update", "-q"], { ...about, step: "apt-get update", timeout: 180_000 });
  await command("apt-get", ["install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", ...packages], {
    ...about,
    step: `apt-get install ${packages.join(" ")}`,
    timeout: 600_000,
  });
  report?.(`installed ${packages.join(", ")} in ${Math.round((Date.now() - started) / 1000)} s`);
}
