import { containsSecret, isSecret, isUnknown, revealSecrets, type Props, type Value } from "./engine";

/** Stands for a secret of a state whose passphrase is not here: it is compared with nothing. */
export const UNDECRYPTED = "(a secret that was not decrypted)";

/** A secret that differs, without any value. */
export interface SecretDifference {
  /** Inside a secret document by the name of what differs, as far as both are JSON: `files["/srv/.env"].PASSWORD`. */
  path: string;
  change: "added" | "removed" | "changed";
}

/** The secrets that are other ones now, by path. */
export function secretDifferences(before: Props, after: Props): SecretDifference[] {
  const found = new Map<string, SecretDifference>();
  for (const key of namesOf(before, after)) compare(key, before[key], after[key], false, found);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function compare(
  path: string,
  before: Value | undefined,
  after: Value | undefined,
  inSecret: boolean,
  found: Map<string, SecretDifference>,
): void {
  if (!inSecret && !containsSecret(before) && !containsSecret(after)) return;
  const secret = inSecret || isSecret(before) || isSecret(after);
  const [old, now] = [before, after].map((value) => (value === undefined ? undefined : opened(value)));
  if (old === UNDECRYPTED || JSON.stringify(old) === JSON.stringify(now)) return;
  if (isGroup(old) && isGroup(now)) {
    for (const key of namesOf(old, now)) compare(joined(path, key), old[key], now[key], secret, found);
    return;
  }
  if (!secret) return;
  const [olds, news] = [variablesOf(old), variablesOf(now)];
  if (olds && news) {
    for (const key of namesOf(olds, news)) if (olds[key] !== news[key]) tell(found, joined(path, key), olds[key], news[key]);
    return;
  }
  tell(found, path.replace(/\.text$/, ""), old, now);
}

function tell(found: Map<string, SecretDifference>, path: string, old: Value | undefined, now: Value | undefined): void {
  found.set(path, { path, change: old === undefined ? "added" : now === undefined ? "removed" : "changed" });
}

/** What was, with what is in the place of each secret that was not decrypted: as far as can be told, that is the same. */
export function takenAsNow(before: Props, after: Props): Props {
  return Object.fromEntries(Object.entries(before).map(([key, value]) => [key, asNow(value, after[key])]));
}
function asNow(before: Value, after: Value | undefined): Value {
  if (isSecret(before)) return before.value === UNDECRYPTED && after !== undefined ? after : before;
  if (Array.isArray(before)) return before.map((item, index) => asNow(item, Array.isArray(after) ? after[index] : undefined));
  if (!isGroup(before)) return before;
  return Object.fromEntries(Object.entries(before).map(([key, value]) => [key, asNow(value, isGroup(after) ? after[key] : undefined)]));
}

/** Without marks; a document that is written as text, as what it holds. */
function opened(value: Value): Value {
  const plain = isSecret(value) ? revealSecrets(value) : value;
  if (typeof plain !== "string" || isUnknown(plain) || !plain.startsWith("{")) return plain;
  try {
    return JSON.parse(plain) as Value;
  } catch {
    return plain;
  }
}

/** `NAME=value` by line. */
function variablesOf(value: Value | undefined): Record<string, string> | undefined {
  if (!Array.isArray(value)) return undefined;
  const lines = value.filter((line) => line !== "" && !(typeof line === "string" && line.startsWith("#")));
  const pairs = lines.map((line) => (typeof line === "string" ? /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(line) : null));
  if (pairs.length === 0 || pairs.some((pair) => pair === null)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? "", pair?.[2] ?? ""]));
}

const isGroup = (value: Value | undefined): value is Props =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isSecret(value);
const namesOf = (a: object, b: object): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
const joined = (path: string, key: string): string => (/^[\w-]+$/.test(key) ? `${path}.${key}` : `${path}["${key}"]`);
