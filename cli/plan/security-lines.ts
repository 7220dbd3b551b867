import { covers } from "./covers";
import { isListener, isMoreThan, isOwnListener, isThisMachine, networksOf, originIn } from "./let-in";
import type { SecurityChange, TextChange } from "./report";
import type { Found } from "./security-sides";
import { isWeaker, OPENING } from "./weaker-line";

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

/** Without these more is let in, or may do more. */
const GUARDING =
  /^deny\b|\bssl_|^add_header Strict-Transport|^auth_basic\b(?! off)|^(?:AllowUsers|AllowGroups) |^(?:Ciphers|MACs|KexAlgorithms) (?![+^])|^AuthenticationMethods (?!any$)|^APT::Periodic::Unattended-Upgrade "[1-9]|^(?:PermitRootLogin|PasswordAuthentication) no$|^User=(?!(?:root|0)$)|^(?:NoNewPrivileges|ProtectSystem|CapabilityBoundingSet)=/;
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
