import { isListener, isMoreThan, isOwnListener, networksOf, originIn } from "./let-in";

/** Another value of these may be a weaker one. */
const WEAKENING = /^ssl_(?!certificate|prefer_server_ciphers|session_timeout|session_cache)/;
export const OPENING =
  /NOPASSWD|PermitRootLogin yes|PasswordAuthentication yes|^auth_basic off|^satisfy any|^"[a-z][a-z0-9+.-]*:\/\/|^(?:Ciphers|MACs|KexAlgorithms) [+^]|^User=(?:root|0)$/;
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

/** Whether the other value of a setting lets more in, or lets more be done, than the one of before. */
export function isWeaker(line: string, other: string): boolean {
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
  const words = line.split(/[ =,:;"']/).filter((word) => word !== "");
  if (line.startsWith("ReadWritePaths=")) return words.map((word) => word.replace(/^[-+]+/, ""));
  // Its level of security is compared by itself.
  return line.startsWith("ssl_ciphers ") ? words.filter((word) => !/^(?:\+|@|\d$)/.test(word)) : words;
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
