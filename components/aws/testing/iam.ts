import type { Statement } from "../policy";

/** What AWS looks up policies for: one action on one thing. An action on several things asks once for each of them. */
export interface Ask {
  action: string;
  /** ARN; `"*"` for actions that AWS knows no things of. */
  resource: string;
  /** What is known, by the key of a condition. */
  context?: Readonly<Record<string, string>>;
}

const list = (text: string | readonly string[] | undefined): readonly string[] =>
  text === undefined ? [] : typeof text === "string" ? [text] : text;
const glob = (pattern: string, text: string, flags = ""): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    flags,
  ).test(text);

/** Each operator, by the value that is known of a key, and those that the policy has. An unknown value meets no condition but `Null`. */
const OPERATORS: Readonly<Record<string, (known: string | undefined, wanted: readonly string[]) => boolean>> = {
  StringEquals: (known, wanted) => known !== undefined && wanted.includes(known),
  StringLike: (known, wanted) => known !== undefined && wanted.some((one) => glob(one, known)),
  ArnLike: (known, wanted) => known !== undefined && wanted.some((one) => glob(one, known)),
  // Of several values of a key, which are one here.
  "ForAnyValue:StringEquals": (known, wanted) => known !== undefined && wanted.includes(known),
  Bool: (known, wanted) => known !== undefined && wanted.includes(known),
  Null: (known, wanted) => wanted.includes(String(known === undefined)),
};

function meets({ Condition = {} }: Statement, context: Readonly<Record<string, string>>): boolean {
  return Object.entries(Condition).every(([operator, keys]) => {
    const test = OPERATORS[operator];
    if (test === undefined) throw new Error(`not known here: ${operator}`);
    return Object.entries(keys).every(([key, wanted]) => test(context[key], list(wanted)));
  });
}

const concerns = (statement: Statement, { action, resource, context = {} }: Ask): boolean =>
  list(statement.Action).some((one) => glob(one, action, "i")) &&
  list(statement.Resource).some((one) => glob(one, resource)) &&
  meets(statement, context);

/**
 * Whether policies of these statements let somebody do it, by IAM's rules: what nothing allows is refused, and what is denied is refused
 * whatever allows it. As much of IAM as our own policies use: it throws on the rest.
 */
export function allows(statements: readonly Statement[], ask: Ask): boolean {
  if (statements.some(({ NotResource }) => NotResource !== undefined)) throw new Error("not known here: NotResource");
  const found = statements.filter((statement) => concerns(statement, ask));
  return found.some(({ Effect }) => Effect === "Allow") && !found.some(({ Effect }) => Effect === "Deny");
}
