import { covers } from "./covers";
import type { SecurityChange, TextChange } from "./report";
import type { Found } from "./security-sides";

/** Lines that say who may come in, by which protocol. */
const LINES: readonly [RegExp, SecurityChange["kind"]][] = [
  [/^\s*(?:ssl_|add_header Strict-Transport|listen .*\bssl\b|return 301 https)/, "tls"],
  [/^\s*(?:allow|deny|auth_basic|satisfy|limit_except|include .*allow|set_real_ip_from|real_ip_header|ignoreip)\b/, "access"],
  [/^listen (?:127\.|\[::1\]|unix:|localhost\b)/, "access"],
  [/^add_header Access-Control-Allow-Origin |^"[a-z][a-z0-9+.-]*:\/\/\S+" "[a-z][a-z0-9+.-]*:\/\/\S+";$/, "access"],
  [
    /^\s*(?:PermitRootLogin|PasswordAuthentication|AllowUsers|AllowGroups|AuthorizedKeys|AllowTcpForwarding|PubkeyAuthentication|AuthenticationMethods|Ciphers|MACs|KexAlgorithms)\b/,
    "access",
  ],
  [/^APT::Periodic::Unattended-Upgrade\b/, "access"],
  [/NOPASSWD|^\s*%?\w+\s+ALL=/, "permission"],
  [/^\s*(?:User|CapabilityBoundingSet|AmbientCapabilities|NoNewPrivileges|ProtectSystem|ReadWritePaths)=/, "permission"],
];

/** What the lines of a file say of security: each once, and a setting that has another value with both. */
export function linesOf({ path, hunks }: TextChange): Found[] {
  const all = hunks.flatMap((hunk) => hunk.lines);
  const of = (sign: string): string[] => [
    ...new Set(all.filter((line) => line.startsWith(sign)).map((line) => line.slice(1).trim().replace(/\s+/g, " "))),
  ];
  const [gone, came] = [of("-"), of("+")];
  const setting = (line: string): string | undefined =>
    /^(ssl_\w+|add_header \S+|listen [^\s;]+|real_ip_header|ignoreip|[A-Z]\w+(?=[ =]))/.exec(line)?.[1];
  const changed = new Map<string, string>();
  for (const line of gone.filter((one) => !came.includes(one) && setting(one) !== undefined)) {
    const others = came.filter((one) => !gone.includes(one) && setting(one) === setting(line));
    if (others.length === 1 && ![...changed.values()].includes(others[0] ?? "")) changed.set(line, others[0] ?? "");
  }
  // A listener of the machine's own that is another's now, at whatever port, or the other way.
  for (const line of gone.filter((one) => isListener(one) && !came.includes(one) && !changed.has(one))) {
    const isFree = (one: string): boolean => !gone.includes(one) && ![...changed.values()].includes(one);
    const other = came.find((one) => isListener(one) && isFree(one) && isOwnListener(one) !== isOwnListener(line));
    if (other !== undefined) changed.set(line, other);
  }
  const replaced = new Set(changed.values());
  const tell = (line: string, change: Found["change"], opens: boolean, said: string, other = line): Found[] => {
    const kind = LINES.find(([pattern]) => pattern.test(line) || pattern.test(other))?.[1];
    return kind === undefined ? [] : [{ kind, change, opens, what: `${path}: ${said}` }];
  };
  return [
    ...[...changed].flatMap(([line, other]) => tell(other, "changed", isWeaker(line, other), `\`${line}\` becomes \`${other}\``, line)),
    ...came
      .filter((line) => !replaced.has(line))
      .flatMap((line) => tell(line, "added", letsIn(line, came, gone, hunks), `now \`${line}\``)),
    ...gone.filter((line) => !changed.has(line)).flatMap((line) => tell(line, "removed", GUARDING.test(line), `no longer \`${line}\``)),
  ];
}

/** Another value of these may be a weaker one. */
const WEAKENING = /^ssl_(?!certificate|prefer_server_ciphers|session_timeout|session_cache)/;
const OPENING =
  /NOPASSWD|PermitRootLogin yes|PasswordAuthentication yes|^auth_basic off|^satisfy any|^"[a-z][a-z0-9+.-]*:\/\/|^(?:Ciphers|MACs|KexAlgorithms) [+^]|^User=(?:root|0)$/;
/** Without these more is let in, or may do more. */
const GUARDING =
  /^deny\b|\bssl_|^add_header Strict-Transport|^auth_basic\b(?! off)|^(?:AllowUsers|AllowGroups) |^(?:Ciphers|MACs|KexAlgorithms) (?![+^])|^AuthenticationMethods (?!any$)|^APT::Periodic::Unattended-Upgrade "[1-9]|^(?:PermitRootLogin|PasswordAuthentication) no$|^User=(?!(?:root|0)$)|^(?:NoNewPrivileges|ProtectSystem|CapabilityBoundingSet)=/;
/**
 * Lists of who may, of what may be done, and of what either side may encrypt with; a word after `-` or `!` is taken out of one.
 * Sources: sshd_config(5), openssl-ciphers(1).
 */
const LISTS = /^(?:AllowUsers|AllowGroups|ReadWritePaths|ssl_protocols|ssl_ciphers|ssl_ecdh_curve)[ =]/;
/**
 * Lists whose first sign is about all of it: without one they are all there is, with one they are taken out of what is usual or come to it.
 * Sources: sshd_config(5), systemd.exec(5).
 */
const SIGNED_LISTS = /^(?:CapabilityBoundingSet=|AmbientCapabilities=|(?:Ciphers|MACs|KexAlgorithms) )([-~+^]?)(.*)$/;
/** Values, each letting less than the next. Sources: sshd_config(5), systemd.exec(5), nginx's ngx_http_ssl_module. */
const STRICTEST_FIRST: Readonly<Record<string, readonly string[]>> = {
  ssl_verify_client: ["yes", "optional", "optional_no_ca", "no"],
  ssl_session_tickets: ["no", "yes"],
  ssl_early_data: ["no", "yes"],
  ssl_reject_handshake: ["yes", "no"],
  PermitRootLogin: ["no", "forced-commands-only", "prohibit-password", "yes"],
  NoNewPrivileges: ["yes", "no"],
  ProtectSystem: ["strict", "full", "yes", "no"],
};
const SYNONYMS: Readonly<Record<string, string>> = {
  "without-password": "prohibit-password",
  true: "yes",
  on: "yes",
  "1": "yes",
  false: "no",
  off: "no",
  "0": "no",
};

function isWeaker(line: string, other: string): boolean {
  const [words, others] = [line, other].map(wordsOf) as [string[], string[]];
  if (LISTS.test(other)) {
    const hasLess = hasMore(words.filter(isTakenOut), others.filter(isTakenOut));
    return hasLess || hasMore(others.filter(isIn), words.filter(isIn)) || lowersLevel(line, other);
  }
  if (SIGNED_LISTS.test(other)) return signedListHasMore(line, other);
  if (other.startsWith("AuthenticationMethods ")) return asksForLess(words.slice(1), others.slice(1));
  if (other.startsWith("ignoreip")) return isMoreThan(networksOf(line), networksOf(other));
  if (other.startsWith("real_ip_header ")) return true;
  if (isListener(other)) return !isOwnListener(other) && (isOwnListener(line) || (/ ssl\b/.test(line) && !/ ssl\b/.test(other)));
  const origin = originIn(other);
  if (origin !== undefined) return origin !== originIn(line) && originIn(line) !== "*" && !origin.startsWith("$");
  if (other.startsWith("add_header Strict-Transport")) return promise(line).some((value, index) => value > (promise(other)[index] ?? 0));
  const strictestFirst = STRICTEST_FIRST[words[0] ?? ""];
  if (strictestFirst) {
    const [old, now] = [words, others].map(([, value = ""]) => strictestFirst.indexOf(SYNONYMS[value] ?? value)) as [number, number];
    return now > old;
  }
  return WEAKENING.test(other) || (OPENING.test(other) && !OPENING.test(line));
}

/** In systemd.exec(5) a `-` before a path means that it may be missing; in openssl-ciphers(1) a `+` only puts in another order. */
function wordsOf(line: string): string[] {
  if (line.startsWith("AuthenticationMethods ")) return line.split(" ");
  const words = line
    .replace(/@[A-Z]+(?:=\d)?/g, "")
    .split(/[ =,:;"']/)
    .filter((word) => word !== "");
  if (line.startsWith("ReadWritePaths=")) return words.map((word) => word.replace(/^[-+]+/, ""));
  return line.startsWith("ssl_ciphers ") ? words.filter((word) => !word.startsWith("+")) : words;
}

/** Whether another sign is plainly narrower only the lists that add and take out say; what is usual nobody knows here. */
function signedListHasMore(line: string, other: string): boolean {
  const [was, is] = [line, other].map((one) => {
    const [, sign = "", list = ""] = SIGNED_LISTS.exec(one) ?? [];
    return { sign: sign === "~" ? "-" : sign === "^" ? "+" : sign, words: list.split(/[ ,]+/).filter((word) => word !== "") };
  }) as [Signed, Signed];
  if (is.sign === "" && is.words.length === 0) return false;
  if (is.sign !== was.sign) return !(was.sign === "+" && is.sign === "-");
  return is.sign === "-" ? hasMore(was.words, is.words) : hasMore(is.words, was.words);
}
interface Signed {
  sign: string;
  words: string[];
}

/** OpenSSL's level of security: a lower one lets weaker keys and ciphers in, and the distributions' own is 2. */
function lowersLevel(line: string, other: string): boolean {
  const [was, is] = [line, other].map((one) => /@SECLEVEL=(\d)/.exec(one)?.[1]);
  return is === undefined ? was !== undefined : Number(is) < Number(was ?? 2);
}

/** Lists of methods, each enough by itself, of which each method is asked for. Source: sshd_config(5). */
const asksForLess = (lists: readonly string[], others: readonly string[]): boolean =>
  others.some((now) =>
    lists.every(
      (old) => old !== "any" && (old === "none" ? now === "any" : old.split(",").some((method) => !now.split(",").includes(method))),
    ),
  );

const isTakenOut = (word: string): boolean => /^[-!]/.test(word);
const isIn = (word: string): boolean => !isTakenOut(word);
const hasMore = (some: readonly string[], others: readonly string[]): boolean => some.some((word) => !others.includes(word));

/** For how many seconds browsers promise to come by TLS alone, and whether to the domains below, too. */
const promise = (header: string): number[] => [
  Number(/max-age=(\d+)/.exec(header)?.[1] ?? 0),
  Number(header.includes("includeSubDomains")),
];

const isListener = (line: string): boolean => line.startsWith("listen ");
/** Whether this machine alone reaches a listener. */
const isOwnListener = (line: string): boolean => /^listen (?:127\.|\[::1\]|unix:|localhost\b)/.test(line);

/** Whose pages may read the answers. */
const originIn = (line: string): string | undefined => /^add_header Access-Control-Allow-Origin "?([^\s";]+)/.exec(line)?.[1];

const isThisMachine = (network: string): boolean => /^(?:127\.|::1|unix:)/.test(network);
const networksOf = (line: string): string[] => line.replace(/^ignoreip ?= ?/, "").split(/[ ,]+/);
const isMoreThan = (networks: readonly string[], others: readonly string[]): boolean =>
  others.some((one) => one !== "" && !isThisMachine(one) && !networks.some((network) => covers(network, one)));

/** Whether a line that came lets in who was not before: not the machine itself, nor one of those that were, nor one of a list that closes the rest. */
function letsIn(line: string, came: readonly string[], gone: readonly string[], hunks: TextChange["hunks"]): boolean {
  if (line.startsWith("ignoreip")) return isMoreThan([], networksOf(line));
  const origin = originIn(line);
  if (origin !== undefined) return !origin.startsWith("$");
  // Of whom nginx is told who the client is.
  const [believed] = believedIn(line);
  if (believed !== undefined) return isMoreThan(gone.flatMap(believedIn), [believed]);
  if (line.startsWith("real_ip_header ")) return !came.some((one) => believedIn(one).length > 0);
  return letsNetworkIn(line, hunks);
}

function letsNetworkIn(line: string, hunks: TextChange["hunks"]): boolean {
  const network = allowedIn(line);
  if (network === undefined) return OPENING.test(line);
  if (isThisMachine(network)) return false;
  return hunks.some(({ lines }) => {
    const [came, gone] = ["+", "-"].map((sign) => lines.filter((one) => one.startsWith(sign)).map((one) => one.slice(1).trim())) as [
      string[],
      string[],
    ];
    return came.includes(line) && !came.includes("deny all;") && !gone.some((one) => covers(allowedIn(one) ?? "", network));
  });
}

const believedIn = (line: string): string[] => /^set_real_ip_from (\S+);/.exec(line)?.slice(1) ?? [];
const allowedIn = (line: string): string | undefined => /^allow (\S+);/.exec(line)?.[1];
