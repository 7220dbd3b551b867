import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { readStack } from "../../infra/config/stacks";
import type { ConfigValue } from "../../rehearsal/engine";

/** Secrets of a stack's file by path, each with a mark of its ciphertext: another mark is another ciphertext. */
export type SecretMarks = Record<string, string>;

/**
 * The configuration of a stack as a plan takes it: what stands in its file, and a word in the place of each secret, encrypted or
 * missing. No passphrase is needed, and the same ciphertext is the same word, so that a secret that was set anew differs.
 */
export const plannedConfig = (root: string, stack: string): Record<string, ConfigValue> =>
  withStandIns(root, stack, (at, mark) => `stand-in for ${at} ${mark}`);

/** The same for plans of `infra/golden`, which hold no secrets: a secret that is set is the same word as one that is missing. */
export const goldenConfig = (root: string, stack: string): Record<string, ConfigValue> =>
  withStandIns(root, stack, (at) => `stand-in for ${at}`);

function withStandIns(root: string, stack: string, wordFor: (at: string, mark: string) => string): Record<string, ConfigValue> {
  const text = stackFile(root, stack);
  const marks = secretMarks(text);
  const standIns = Object.entries(marks).map(([at, mark]): [string, ConfigValue] => [at, { secret: wordFor(at, mark) }]);
  const missing = readStack(root, stack).missingSecrets.map(({ path: at }): [string, ConfigValue] => [
    at,
    { secret: `stand-in for ${at}` },
  ]);
  return { ...openSettings(text), ...Object.fromEntries([...standIns, ...missing]) };
}

/** The settings of a stack's file, empty where a secret is. */
export const openSettings = (text: string): Record<string, ConfigValue> =>
  Object.fromEntries(Object.entries(configIn(text)).map(([key, value]) => [key, withoutCiphertext(value) as ConfigValue]));

/** @param text Of `Pulumi.<stack>.yaml`. */
export function secretMarks(text: string): SecretMarks {
  const found: SecretMarks = {};
  const visit = (at: string, value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const ciphertext = ciphertextIn(value);
    if (ciphertext !== undefined) found[at] = createHash("sha256").update(ciphertext).digest("hex").slice(0, 12);
    else if (Array.isArray(value))
      value.forEach((item, index) => {
        visit(`${at}[${index}]`, item);
      });
    else for (const [key, inner] of Object.entries(value)) visit(joined(at, key), inner);
  };
  for (const [key, value] of Object.entries(configIn(text))) visit(key, value);
  return found;
}

/** Empty where there is none. */
export function stackFile(root: string, stack: string): string {
  const file = path.join(root, `Pulumi.${stack}.yaml`);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function configIn(text: string): Record<string, unknown> {
  const { config } = (parse(text) ?? {}) as { config?: Record<string, unknown> };
  return config ?? {};
}

const joined = (at: string, key: string): string => (/^[\w-]+$/.test(key) ? `${at}.${key}` : `${at}["${key.replaceAll('"', '\\"')}"]`);

function ciphertextIn(value: object): string | undefined {
  const entries = Object.entries(value);
  const [only] = entries;
  return entries.length === 1 && only?.[0] === "secure" && typeof only[1] === "string" ? only[1] : undefined;
}

/** Empty where a secret was: the stand-in is set there by its path. */
function withoutCiphertext(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCiphertext);
  if (typeof value !== "object" || value === null) return value;
  if (ciphertextIn(value) !== undefined) return "";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutCiphertext(inner)]));
}
