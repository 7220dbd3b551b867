import type { Lines } from "../../kernel/lines";
import { FOLDER, HEADERS } from "./server";

const OWN = new Map(Object.keys(HEADERS).map((name) => [name.toLowerCase(), name]));

/** Whether nothing of ours says it anyway. */
export const isFurther = (name: string): boolean => !OWN.has(name.toLowerCase());

/** Our headers, with some in their place or beside them; a value may hold spaces and semicolons. */
export function headerLines(given: Readonly<Record<string, string>> = {}): Lines {
  if (Object.keys(given).length === 0) return [`include ${FOLDER}/headers.conf;`];
  const named = Object.fromEntries(Object.entries(given).map(([name, value]) => [OWN.get(name.toLowerCase()) ?? name, value]));
  return Object.entries({ ...HEADERS, ...named }).map(([name, value]) => `add_header ${name} ${quoted(value)} always;`);
}

const quoted = (value: string): string => (/^[A-Za-z0-9-]+$/.test(value) ? value : `"${value}"`);
