/**
 * A value as it stands behind `NAME=` in a file that a POSIX shell sources and that Docker Compose reads: both must see the same.
 * They agree on single quotes around what holds none, and on double quotes around what holds nothing that either would replace.
 *
 * @throws RangeError when there is no way to write it for both. The message does not show the value.
 */
export function quoted(value: string): string {
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value))
    throw new RangeError("must be one line without control characters; encode it, e.g. in base64");
  // A reader of Compose's files takes a backslash before a quote or another backslash for an escape; a shell does not.
  if (!value.includes("'") && !/\\(?:\\|$)/.test(value)) return `'${value}'`;
  if (!/["$`\\]/.test(value)) return `"${value}"`;
  throw new RangeError(
    "cannot be written so that a shell and Docker Compose read the same; leave out either the apostrophes and double or final backslashes, " +
      'or every one of " $ ` \\',
  );
}

/** The file's text. Its order is the order of the names, so that it says nothing. */
export const dotenvText = (variables: Readonly<Record<string, string>>): string =>
  Object.keys(variables)
    .sort()
    .map((name) => `${name}=${quoted(variables[name] ?? "")}\n`)
    .join("");
