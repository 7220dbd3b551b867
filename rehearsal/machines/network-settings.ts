import { access, constants, readFile } from "node:fs/promises";
import { DockerUnavailable, type Run } from "./api";
import { command, lastLines } from "./command";

const SETTINGS = "/proc/sys/net";

/**
 * A container's /proc/sys is read-only, and Docker 27 and newer starts no container where it cannot switch IPv6 off on its interface. Below `net` a
 * process sees the settings of its own network alone, never those of the machine underneath: that part is made writable, nothing else.
 */
const MAKE_WRITABLE = [
  ["mount", "--bind", SETTINGS, SETTINGS],
  ["mount", "-o", "remount,bind,rw", SETTINGS],
] as const;

/** A unit that does it at each boot of a throwaway server, before anybody wants to write there. */
export const networkSettingsUnit = `[Unit]
Description=Let the settings of this server's own network be written
DefaultDependencies=no
Before=systemd-sysctl.service sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
${MAKE_WRITABLE.map((argv) => `ExecStart=/usr/bin/${argv.join(" ")}\n`).join("")}
[Install]
WantedBy=sysinit.target
`;

/** Whether an engine of this version starts containers only where it can write the network's settings. */
export const wantsToWrite = (version: string): boolean => Number.parseInt(version, 10) >= 27;

/** Where this machine is a container itself, as those of CI are: an engine that runs here can start containers afterwards. */
export async function openNetworkSettings({ report, signal }: Run): Promise<void> {
  if ((await isWritable()) || !(await engineIsHere())) return;
  const about = { subject: "this machine", signal };
  const { stdout } = await command("docker", ["version", "--format", "{{.Server.Version}}"], {
    ...about,
    step: "ask Docker for its version",
  });
  const version = stdout.trim();
  if (!wantsToWrite(version)) return;
  report?.(`this machine is a container: making ${SETTINGS} writable, the settings of its own network, as Docker ${version} needs it`);
  for (const [file, ...argv] of MAKE_WRITABLE) {
    const { exitCode, stderr } = await command(file, argv, { ...about, step: `make ${SETTINGS} writable`, check: false });
    if (exitCode !== 0) throw new DockerUnavailable(cannotWrite(version, stderr));
  }
}

export const cannotWrite = (version: string, said: string): string =>
  `This machine is a container whose ${SETTINGS} is read-only, where Docker ${version} starts no container, and it cannot be made writable: ${lastLines(said, 1) || "no reason given"}
Start this machine with --cap-add=SYS_ADMIN, or with --security-opt=systempaths=unconfined, or use one that is no container.
What works without: npx flowfleet plan`;

/** Root's, too: a mount that is read-only is so for everybody. */
const isWritable = (): Promise<boolean> =>
  access(`${SETTINGS}/ipv4/ip_forward`, constants.W_OK).then(
    () => true,
    (error: unknown) => (error as NodeJS.ErrnoException).code !== "EROFS",
  );

/** Not one on another machine, nor one that looks into this container from outside. */
async function engineIsHere(): Promise<boolean> {
  const pid = (await readFile("/var/run/docker.pid", "utf8").catch(() => "")).trim();
  return pid !== "" && (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim() === "dockerd";
}
