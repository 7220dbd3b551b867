import { covers } from "./covers";
import type { SecurityChange, TextChange } from "./report";
import type { Found } from "./security-sides";

/** Lines that say who may come in, by which protocol. */
const LINES: readonly [RegExp, SecurityChange["kind"]][] = [
  [/^\s*(?:ssl_|add_header Strict-Transport|listen .*\bssl\b|return 301 https)/, "tls"],
  [/^\s*(?:allow|deny|auth_basic|satisfy|limit_except|include .*allow)\b/, "access"],
  [
    /^\s*(?:PermitRootLogin|PasswordAuthentication|AllowUsers|AllowGroups|AuthorizedKeys|AllowTcpForwarding|PubkeyAuthentication|Ciphers|MACs|KexAlgorithms)\b/,
    "access",
  ],
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
  const setting = (line: string): string | undefined => /^(ssl_\w+|add_header \S+|listen [^\s;]+|[A-Z]\w+(?=[ =]))/.exec(line)?.[1];
  const changed = new Map<string, string>();
  for (const line of gone.filter((one) => !came.includes(one) && setting(one) !== undefined)) {
    const others = came.filter((one) => !gone.includes(one) && setting(one) === setting(line));
    if (others.length === 1 && ![...changed.values()].includes(others[0] ?? "")) changed.set(line, others[0] ?? "");
  }
  const replaced = new Set(changed.values());
  const tell = (line: string, change: Found["change"], opens: boolean, said: string, other = line): Found[] => {
    const kind = LINES.find(([pattern]) => pattern.test(line) || pattern.test(other))?.[1];
    return kind === undefined ? [] : [{ kind, change, opens, what: `${path}: ${said}` }];
  };
  return [
    ...[...changed].flatMap(([line, other]) => tell(other, "changed", isWeaker(line, other), `\`${line}\` becomes \`${other}\``, line)),
    ...came.filter((line) => !replaced.has(line)).flatMap((line) => tell(line, "added", letsIn(line, hunks), `now \`${line}\``)),
    ...gone.filter((line) => !changed.has(line)).flatMap((line) => tell(line, "removed", GUARDING.test(line), `no longer \`${line}\``)),
  ];
}

/** Another value of these may be a weaker one. */
const WEAKENING = /^ssl_(?!certificate|prefer_server_ciphers|session_timeout|session_cache)/;
const OPENING = /NOPASSWD|PermitRootLogin yes|PasswordAuthentication yes|^auth_basic off|^satisfy any|^User=(?:root|0)$/;
/** Without these more is let in, or may do more. */
const GUARDING =
  /^deny\b|\bssl_|^add_header Strict-Transport|^auth_basic\b(?! off)|^(?:AllowUsers|AllowGroups|Ciphers|MACs|KexAlgorithms) |^(?:PermitRootLogin|PasswordAuthentication) no$|^User=(?!(?:root|0)$)|^(?:NoNewPrivileges|ProtectSystem|CapabilityBoundingSet)=/;
/**
 * Lists of who may, of what may be done, and of what either side may encrypt with; a word after `-` or `!` is taken out of one.
 * Sources: sshd_config(5), systemd.exec(5), openssl-ciphers(1).
 */
const LISTS =
  /^(?:AllowUsers|AllowGroups|ReadWritePaths|CapabilityBoundingSet|AmbientCapabilities|Ciphers|MACs|KexAlgorithms|ssl_protocols|ssl_ciphers|ssl_ecdh_curve)[ =]/;
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
  if (LISTS.test(other))
    return hasMore(words.filter(isTakenOut), others.filter(isTakenOut)) || hasMore(others.filter(isIn), words.filter(isIn));
  if (other.startsWith("listen ")) return / ssl\b/.test(line) && !/ ssl\b/.test(other);
  if (other.startsWith("add_header Strict-Transport")) return promise(line).some((value, index) => value > (promise(other)[index] ?? 0));
  const strictestFirst = STRICTEST_FIRST[words[0] ?? ""];
  if (strictestFirst) {
    const [old, now] = [words, others].map(([, value = ""]) => strictestFirst.indexOf(SYNONYMS[value] ?? value)) as [number, number];
    return now > old;
  }
  return WEAKENING.test(other) || (OPENING.test(other) && !OPENING.test(line));
}

/** In sshd_config(5) a `-` before the first takes the whole list out. */
function wordsOf(line: string): string[] {
  const words = line.split(/[ =,:;"']/).filter((word) => word !== "");
  const [name = "", first = "", ...rest] = words;
  return first.startsWith("-") && line.includes(",") ? [name, first, ...rest.map((word) => `-${word}`)] : words;
}

const isTakenOut = (word: string): boolean => /^[-!]/.test(word);
const isIn = (word: string): boolean => !isTakenOut(word);
const hasMore = (some: readonly string[], others: readonly string[]): boolean => some.some((word) => !others.includes(word));

/** For how many seconds browsers promise to come by TLS alone, and whether to the domains below, too. */
const promise = (header: string): number[] => [
  Number(/max-age=(\d+)/.exec(header)?.[1] ?? 0),
  Number(header.includes("includeSubDomains")),
];

/** Whether a line that came lets in who was not before: not the machine itself, nor one of those that were, nor one of a list that closes the rest. */
function letsIn(line: string, hunks: TextChange["hunks"]): boolean {
  const network = allowedIn(line);
  if (network === undefined) return OPENING.test(line);
  if (/^(?:127\.|::1|unix:)/.test(network)) return false;
  return hunks.some(({ lines }) => {
    const [came, gone] = ["+", "-"].map((sign) => lines.filter((one) => one.startsWith(sign)).map((one) => one.slice(1).trim())) as [
      string[],
      string[],
    ];
    return came.includes(line) && !came.includes("deny all;") && !gone.some((one) => covers(allowedIn(one) ?? "", network));
  });
}

const allowedIn = (line: string): string | undefined => /^allow (\S+);/.exec(line)?.[1];
