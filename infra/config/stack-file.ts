import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import type { Problem } from "../../components/kernel/refuse";
import { pathText } from "./problems";
import type { Path } from "./problems";
import { PROJECT, withoutUnset } from "./schema";
import { Secret } from "./secret";

/** What stands in a `Pulumi.<stack>.yaml`: values by key without the project's name, encrypted ones as `Secret`. */
export interface StackFile {
  raw: Record<string, unknown>;
  problems: Problem[];
}

/** Gives what stands in another stack's file; `undefined` where there is none. */
export type OtherStacks = (stack: string) => StackFile["raw"] | undefined;

/** @param root Folder with `Pulumi.yaml`. */
export const stacksIn =
  (root: string): OtherStacks =>
  (stack) => {
    const path = join(root, `Pulumi.${stack}.yaml`);
    return existsSync(path) ? readStackFile(readFileSync(path, "utf8")).raw : undefined;
  };

/** Reads the text of a stack file, without any means to decrypt it. Other namespaces (`aws:region`) are the providers' business. */
export function readStackFile(text: string): StackFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    return { raw: {}, problems: [{ path: `line ${line}, column ${col}`, wrong: `is no YAML: ${error.message.split("\n")[0] ?? ""}` }] };
  }
  const { config } = (document.toJS() ?? {}) as { config?: unknown };
  if (config === undefined || config === null) return { raw: {}, problems: [] };
  if (typeof config !== "object" || Array.isArray(config))
    return { raw: {}, problems: [{ path: "config", wrong: "must be a group of settings" }] };
  const ours = Object.entries(config).filter(([key]) => key.startsWith(`${PROJECT}:`) || !key.includes(":"));
  const named = ours.map(([key, value]) => [key.replace(`${PROJECT}:`, ""), opened(value)] as const);
  return {
    raw: withoutUnset(Object.fromEntries(named)),
    problems: named.flatMap(([key, value]) => (value instanceof Secret ? wholeSecret(key) : [])),
  };
}

const wholeSecret = (key: string): Problem[] => [
  {
    path: `${PROJECT}:${key}`,
    wrong: "is encrypted as a whole",
    todo: "encrypt only the secrets in it: pulumi config set --secret --path …",
  },
];

/** `{secure: …}` is how Pulumi writes an encrypted value. */
function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === "secure") return new Secret("");
  return Object.fromEntries(entries.map(([key, inner]) => [key, opened(inner)]));
}

/** Secrets that stand in the file for everyone to read. */
export function plainSecrets(config: unknown, path: Path = []): Problem[] {
  if (config instanceof Secret) {
    if (config.reveal() === "") return [];
    return [
      {
        path: pathText(path, `${PROJECT}:`),
        wrong: "is a secret and not encrypted",
        todo: "change the secret, then set it again: pulumi config set --secret --path …",
      },
    ];
  }
  if (typeof config !== "object" || config === null) return [];
  return Object.entries(config).flatMap(([key, value]) => plainSecrets(value, [...path, Array.isArray(config) ? Number(key) : key]));
}
