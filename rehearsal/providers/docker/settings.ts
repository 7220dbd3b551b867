/** Inputs of the provider resource: which Docker daemon, and how it is reached. What is not text arrives as JSON. */
import type { AuthConfig } from "dockerode";
import type { Props, Value } from "../../engine";
import type { Connection, Login } from "../command/ssh/connection";
import { isObject } from "./schema";
import { parseSshOptions, type SshOptions } from "./ssh-options";
import { flagOf, textOf } from "./values";

export interface Settings {
  /** `undefined`: not over SSH, so no throwaway machine. */
  connection: Connection | undefined;
  /** As the program wrote it. */
  host: string;
  /** Registry (`registry.example.com:5000`) -> login. */
  registries: Record<string, AuthConfig>;
}

const LOGIN = { dialErrorLimit: 3, perDialTimeout: 15 };
const TLS = ["caMaterial", "certMaterial", "certPath", "keyMaterial", "context"];

/** @throws Error with what the offline engine cannot follow. */
export function settingsOf(inputs: Props): Settings {
  const host = textOf(inputs, "host") ?? "unix:///var/run/docker.sock";
  const tls = TLS.find((name) => textOf(inputs, name) !== undefined);
  if (tls !== undefined)
    throw new Error(`docker provider: ${tls}: the offline engine reaches Docker over SSH (host: "ssh://USER@ADDRESS") only`);
  const options = parsed(inputs, "sshOpts");
  const argv = Array.isArray(options) ? options.map((one) => (typeof one === "string" ? one : "")) : [];
  return {
    host,
    connection: host.startsWith("ssh://") ? connectionOf(host, parseSshOptions(argv, "docker provider: sshOpts")) : undefined,
    registries: registriesOf(parsed(inputs, "registryAuth")),
  };
}
function parsed(inputs: Props, name: string): Value | undefined {
  const value = inputs[name];
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    throw new Error(`docker provider: ${name}: is not JSON`);
  }
}

function connectionOf(host: string, options: SshOptions): Connection {
  const url = new URL(host);
  if (!["", "/"].includes(url.pathname))
    throw new Error(`docker provider: host: ${host}: must be ssh://USER@ADDRESS[:PORT], without a path`);
  const user = options.user ?? (url.username === "" ? undefined : decodeURIComponent(url.username));
  if (user === undefined) throw new Error(`docker provider: host: ${host}: must name the user, ssh://USER@ADDRESS[:PORT]`);
  const port = url.port === "" ? (options.port ?? 22) : Number(url.port);
  const target = loginOf(url.hostname.replace(/^\[|\]$/g, ""), user, port, options);
  return options.proxy ? { ...target, proxy: bastionOf(options.proxy) } : target;
}
function bastionOf(words: string[]): Login {
  const at = "docker provider: sshOpts: ProxyCommand";
  const [program = "", ...argv] = words;
  if (!/(^|\/)ssh$/.test(program)) throw new Error(`${at}: must be "ssh -W %h:%p … USER@ADDRESS", got the program ${program}`);
  const options = parseSshOptions(argv, at);
  const [, user, address] = /^(?:(.*)@)?([^@]+)$/.exec(options.words[0] ?? "") ?? [];
  if (!["%h:%p", "[%h]:%p"].includes(options.forwardTo ?? "") || address === undefined || options.words.length !== 1 || options.proxy)
    throw new Error(`${at}: must be "ssh -W %h:%p … USER@ADDRESS"`);
  const login = user ?? options.user;
  if (login === undefined) throw new Error(`${at}: must name the bastion's user, USER@ADDRESS`);
  return loginOf(address.replace(/^\[|\]$/g, ""), login, options.port ?? 22, options);
}
function loginOf(host: string, user: string, port: number, { hostKey, agentSocketPath, connectTimeout }: SshOptions): Login {
  return {
    ...LOGIN,
    host,
    port,
    user,
    ...(hostKey !== undefined && { hostKey }),
    ...(agentSocketPath !== undefined && { agentSocketPath }),
    ...(connectTimeout !== undefined && { perDialTimeout: connectTimeout }),
  };
}

function registriesOf(value: Value | undefined): Settings["registries"] {
  const logins = Array.isArray(value) ? value.filter((one): one is Props => isObject(one)) : [];
  return Object.fromEntries(
    logins.flatMap((one): [string, AuthConfig][] => {
      const address = (textOf(one, "address") ?? "").replace(/^https?:\/\//, "").replace(/\/.*$/, "");
      const [username, password] = [textOf(one, "username"), textOf(one, "password")];
      if (flagOf(one, "authDisabled")) return [];
      if (username === undefined || password === undefined)
        throw new Error(
          `docker provider: registryAuth of ${address}: must have username and password; the offline engine reads no Docker configuration`,
        );
      return [[address, { username, password, serveraddress: address }]];
    }),
  );
}
/** The login for an image's registry. */
export function loginFor({ registries }: Settings, image: string): AuthConfig | undefined {
  const [first = "", ...rest] = image.split("/");
  const registry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost") ? first : "registry-1.docker.io";
  return registries[registry];
}
