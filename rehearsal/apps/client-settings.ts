import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * How this machine's pip, npm, Go and Maven reach their indexes, for the builds of the stand-ins: as files for a build stage that is thrown
 * away. Logins are in them, so they get into no image that is pushed.
 */
export interface ClientSettings {
  pipConf: string;
  npmrc: string;
  /** `~/.config/go/env`. */
  goEnv: string;
  /** `~/.m2/settings.xml`. */
  mavenSettings: string;
}

export async function readClientSettings(): Promise<ClientSettings> {
  const home = homedir();
  const [pip, npm, go, maven] = await Promise.all([
    readAll(["/etc/pip.conf", join(home, ".pip/pip.conf"), join(home, ".config/pip/pip.conf"), process.env["PIP_CONFIG_FILE"]]),
    readAll(["/etc/npmrc", process.env["NPM_CONFIG_GLOBALCONFIG"], process.env["NPM_CONFIG_USERCONFIG"] ?? join(home, ".npmrc")]),
    readAll([process.env["GOENV"] ?? join(process.env["XDG_CONFIG_HOME"] ?? join(home, ".config"), "go/env")]),
    readFirst([join(home, ".m2/settings.xml"), "/etc/maven/settings.xml", "/usr/share/maven/conf/settings.xml"]),
  ]);
  return {
    pipConf: pipConfOf(pip, process.env),
    npmrc: npmrcOf(npm, process.env),
    goEnv: goEnvOf(go, process.env),
    mavenSettings: filledIn(maven, /\$\{env\.([^}]+)\}/g, process.env),
  };
}

const readAll = async (paths: (string | undefined)[]): Promise<string> => {
  const texts = await Promise.all(paths.map(async (path) => (path ? readFile(path, "utf8").catch(() => "") : "")));
  return texts.join("\n");
};

/** The user's own settings, else the machine's: Maven merges them, and a build stage has its own of the other kind. */
async function readFirst(paths: string[]): Promise<string> {
  for (const path of paths) {
    const text = await readAll([path]);
    if (text !== "") return text;
  }
  return "";
}

type Environment = Record<string, string | undefined>;

/** Settings that mean the same in a container. Paths (`cert`, `find-links`) would not. */
const PIP = ["index-url", "extra-index-url", "trusted-host", "timeout", "retries", "proxy"];

/** Later lines win over earlier ones, the environment over both, as in pip. */
export function pipConfOf(files: string, environment: Environment): string {
  const found = new Map<string, string>();
  for (const line of files.split("\n")) {
    const [, key, value] = /^\s*([\w-]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (key && value && PIP.includes(key)) found.set(key, value);
  }
  for (const key of PIP) {
    const value = environment[`PIP_${key.toUpperCase().replaceAll("-", "_")}`];
    if (value) found.set(key, value);
  }
  return found.size === 0 ? "" : `[global]\n${[...found].map(([key, value]) => `${key} = ${value}\n`).join("")}`;
}

const filledIn = (text: string, variable: RegExp, environment: Environment): string =>
  text.replaceAll(variable, (_, name: string) => environment[name] ?? "");

/** Where modules come from and how their sums are checked; not how things are built. */
const GO = ["GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE"];

export function goEnvOf(file: string, environment: Environment): string {
  const found = new Map(file.split("\n").map((line): [string, string] => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]));
  return GO.flatMap((name) => {
    const value = environment[name] ?? found.get(name);
    return value ? [`${name}=${value}\n`] : [];
  }).join("");
}

const NPM = /^(registry|@[^:=]+:registry|\/\/[^=]+|proxy|https-proxy|noproxy|strict-ssl)\s*=\s*(.*)$/;

/** npm puts variables into its file itself, but they are not there in a build: so it is done here. */
export function npmrcOf(files: string, environment: Environment): string {
  const found = new Map<string, string>();
  for (const line of files.split("\n")) {
    const [, key, value] = NPM.exec(line.trim()) ?? [];
    if (key && value) found.set(key, filledIn(value, /\$\{([^}]+)\}/g, environment));
  }
  const registry = environment["npm_config_registry"] ?? environment["NPM_CONFIG_REGISTRY"];
  if (registry && registry !== "https://registry.npmjs.org/") found.set("registry", registry);
  return [...found].map(([key, value]) => `${key}=${value}\n`).join("");
}
