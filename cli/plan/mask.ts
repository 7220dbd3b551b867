/**
 * What may not be published, in any text of a report: account ids of AWS (12 digits, in ARNs and elsewhere), private addresses. And what a
 * plan makes up in the place of what AWS will give (`components/aws/made-up.ts`), which would mislead. Secrets are masked before (`rehearsal/planned-inputs.ts`). Whatever is compared is compared before.
 *
 * @example maskText("arn:aws:iam::123456789012:role/x at 10.92.1.16:8000") // "arn:aws:iam::(account):role/x at 10.x.x.x:8000"
 */
export const maskText = (text: string): string =>
  PATTERNS.reduce((shown, [pattern, by]) => shown.replace(pattern, by), text.replace(ACCOUNT, withoutAccount));

/** Words that may hold one: `logs123456789012`. */
const ACCOUNT = /(?<![0-9A-Za-z]|\d\.)[0-9A-Za-z]{12,}(?![0-9A-Za-z]|\.\d)/g;
/** A checksum is no name. */
const withoutAccount = (word: string): string =>
  word.length > 12 && /^[0-9a-f]+$/.test(word) ? word : word.replace(/(?<!\d)\d{12}(?!\d)/g, "(account)");

const BYTE = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
/** Bytes with which private addresses begin, and what is shown of them. */
const PRIVATE: readonly (readonly [first: string, second: string | undefined, shown: string])[] = [
  ["10", undefined, "10"],
  ["192", "168", "192.168"],
  ["172", "(?:1[6-9]|2\\d|3[01])", "172"],
  ["100", "(?:6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])", "100"],
];
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  ...PRIVATE.flatMap(([first, second = BYTE, shown]): [RegExp, string][] => {
    const bytes = [first, second, BYTE, BYTE];
    const masked = [...shown.split("."), "x", "x", "x"].slice(0, 4);
    return [
      [new RegExp(`(?<!\\d|\\d\\.)${bytes.join("\\.")}(?!\\d|\\.\\d)`, "g"), masked.join(".")],
      // Names of machines that AWS gives: `ip-10-20-30-40`.
      [new RegExp(`\\bip-${bytes.join("-")}(?!\\d)`, "g"), `ip-${masked.join("-")}`],
    ];
  }),
  [/arn:made-up:(\w+):([\w/-]+)/g, "(ARN of $1 $2)"],
  [/[\w-]+\.made-up\.invalid/g, "(address)"],
  [/(?<![0-9A-Fa-f:])f[cd][0-9a-f]{2}:[0-9A-Fa-f:]+/gi, "fdxx::x"],
];

/** Every text in a value, names of properties too. */
export function maskDeep<T>(value: T): T {
  if (typeof value === "string") return maskText(value) as T;
  if (typeof value === "number") return (/^\d{12}$/.test(String(value)) ? "(account)" : value) as T;
  if (Array.isArray(value)) return value.map(maskDeep) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [maskText(key), maskDeep(inner)])) as T;
}
