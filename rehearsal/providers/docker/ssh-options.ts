/** Options of the `ssh` program, as far as they say whom it talks to: the official provider runs that program. */
export interface SshOptions {
  /** One line as in `authorized_keys`, from KnownHostsCommand. */
  hostKey?: string;
  port?: number;
  user?: string;
  agentSocketPath?: string;
  /** Seconds. */
  connectTimeout?: number;
  /** Words of ProxyCommand. */
  proxy?: string[];
  /** `-W`. */
  forwardTo?: string;
  /** What is no option: `[user@]host`. */
  words: string[];
}

/** Say how, not to whom; or say what is always so here. */
const WITHOUT_MEANING = new Set(
  [
    "AddressFamily BatchMode CheckHostIP Compression ConnectionAttempts ControlMaster ControlPath ControlPersist ForwardAgent",
    "GlobalKnownHostsFile HostKeyAlgorithms IdentitiesOnly LogLevel PasswordAuthentication PreferredAuthentications",
    "PubkeyAuthentication RequestTTY ServerAliveCountMax ServerAliveInterval StrictHostKeyChecking TCPKeepAlive UpdateHostKeys",
    "UserKnownHostsFile",
  ]
    .join(" ")
    .toLowerCase()
    .split(" "),
);
const FLAGS = /^-[46aqTxk]+$/;

/**
 * @param at Where they were written, for messages.
 * @throws Error with every option that the offline engine cannot follow.
 */
export function parseSshOptions(argv: readonly string[], at: string): SshOptions {
  const found: SshOptions = { words: [] };
  const problems: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const [, letter, joined = ""] = /^-([oplWi])(.*)$/s.exec(argv[i] ?? "") ?? [];
    const value = letter === undefined ? "" : joined === "" ? (argv[++i] ?? "") : joined;
    if (letter === "o") problems.push(...take(found, value));
    else if (letter === "p") found.port = Number(value);
    else if (letter === "l") found.user = value;
    else if (letter === "W") found.forwardTo = value;
    else if (letter === "i") problems.push("-i: keys come from the SSH agent; ssh-add it there");
    else if (!(argv[i] ?? "").startsWith("-")) found.words.push(argv[i] ?? "");
    else if (!FLAGS.test(argv[i] ?? "")) problems.push(`${argv[i] ?? ""}: the offline engine does not know this option of ssh`);
  }
  if (problems.length > 0) throw new Error(problems.map((problem) => `${at}: ${problem}`).join("\n"));
  return found;
}
function take(found: SshOptions, option: string): string[] {
  const [, name = "", value = ""] = /^\s*([A-Za-z]+)\s*[=\s]\s*(.*)$/s.exec(option) ?? [];
  switch (name.toLowerCase()) {
    case "knownhostscommand": {
      const key = /^\S*\becho\s+\S+\s+([\w@.-]+ [A-Za-z0-9+/=]+)\s*$/.exec(value)?.[1];
      if (key === undefined) return ['KnownHostsCommand: must be "/bin/echo %H TYPE KEY", the key that is pinned'];
      found.hostKey = key;
      return [];
    }
    case "proxycommand":
      if (value !== "none") found.proxy = shellWords(value);
      return [];
    case "port":
      found.port = Number(value);
      return [];
    case "user":
      found.user = value;
      return [];
    case "identityagent":
      if (value !== "SSH_AUTH_SOCK") found.agentSocketPath = value;
      return [];
    case "connecttimeout":
      found.connectTimeout = Number(value);
      return [];
    default:
      return WITHOUT_MEANING.has(name.toLowerCase()) ? [] : [`${name || option}: the offline engine does not know this option of ssh`];
  }
}

/** Words as a shell splits them; `%%` is ssh's own way to write `%`. */
export function shellWords(text: string): string[] {
  const words: string[] = [];
  const one = /\s*((?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+)/gsy;
  for (const [, word = ""] of text.matchAll(one)) {
    const plain = word.replace(
      /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs,
      (_all, single?: string, double?: string, escaped?: string) => single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? "",
    );
    words.push(plain.replace(/%%/g, "%"));
  }
  return words;
}
