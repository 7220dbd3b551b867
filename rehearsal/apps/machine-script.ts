import { readClientSettings } from "./client-settings";
import { sourceFiles } from "./source-files";

/**
 * What a throwaway machine has beforehand, as a script for its shell: this machine's way to the indexes of npm and pip, which may hold a
 * login, and what a real one has from others than the program: of Flatlogic the platform's account and its agent.
 */
export async function machineScript(systems: readonly string[]): Promise<string> {
  const { npmrc, pipConf } = await readClientSettings();
  return [
    ...(npmrc === "" ? [] : [written("/etc/npmrc", npmrc)]),
    ...(pipConf === "" ? [] : [written("/etc/pip.conf", pipConf)]),
    ...(systems.includes("flatlogic") ? [flatlogic(await sourceFiles("flatlogic", "machine"))] : []),
  ].join("");
}

const HOME = "/home/flatlogic";

export const flatlogic = (files: Record<string, Buffer>): string =>
  `id flatlogic > /dev/null 2>&1 || useradd --create-home --shell /bin/bash flatlogic
chmod 0711 ${HOME}
install -d -o flatlogic -g flatlogic ${HOME}/executor
${Object.entries(files)
  .map(([path, content]) =>
    path.startsWith("bin/")
      ? written(`/usr/local/${path}`, content, "0755")
      : `${written(`${HOME}/${path}`, content)}chown flatlogic: ${HOME}/${path}\n`,
  )
  .join("")}`;

/** By its content in base64, which needs no quoting. */
export const written = (path: string, content: string | Buffer, mode = "0644"): string =>
  `base64 --decode > ${path} << end\n${Buffer.from(content).toString("base64")}\nend\nchmod ${mode} ${path}\n`;
