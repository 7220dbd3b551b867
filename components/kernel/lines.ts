/** Text as the helper's documents carry it, one line per element, so that a preview shows a line diff. */
export type Lines = readonly string[];

/**
 * The lines of a text; the newline at its end adds none.
 *
 * @example linesOf("a\nb\n") // ["a", "b"]
 */
export const linesOf = (text: string): Lines => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

/** The lines, each that is not empty two spaces further in. */
export const indented = (lines: Lines): Lines => lines.map((line) => (line === "" ? line : `  ${line}`));

/**
 * A block as nginx writes it.
 *
 * @example block("server", ["listen 80;"]) // ["server {", "  listen 80;", "}"]
 */
export const block = (head: string, body: Lines): Lines => [`${head} {`, ...indented(body), "}"];
