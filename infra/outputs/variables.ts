import { SYSTEM_NAMES } from "../config/systems";

/** Names that the guides' pipelines know; every other output is named by its path. */
const GUIDE: Readonly<Record<string, string>> = { host: "SERVER_HOST", deployPath: "DEPLOY_PATH", url: "APP_URL", branch: "DEPLOY_BRANCH" };

/**
 * The outputs as variables: `flowmaster.release.backend` is `FLOWMASTER_RELEASE_BACKEND`, or `RELEASE_BACKEND` where only FlowMaster is
 * asked for; `host`, `deployPath`, `url` and `branch` of a system have the names of the guides: `SERVER_HOST`, `DEPLOY_PATH`, `APP_URL`,
 * `DEPLOY_BRANCH`. A list of words has commas; an empty one is no variable. Nor are lists of groups: JSON and YAML have them.
 *
 * @param system Only this one, without its name in front.
 */
export function variablesOf(outputs: Readonly<Record<string, unknown>>, system?: string): Record<string, string> {
  const flat = system === undefined ? flatten(outputs, []) : flatten(outputs[system], [system]);
  const named = flat.map(([path, value]): [string, string] => [nameOf(path, system), value]);
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function nameOf(path: readonly string[], system: string | undefined): string {
  const [first = "", ...rest] = path;
  const isSystem = SYSTEM_NAMES.some((one) => one === first);
  const [second = ""] = rest;
  const own = isSystem && rest.length === 1 && GUIDE[second] !== undefined ? [GUIDE[second]] : rest.map(upper);
  return (first === system ? own : [upper(first), ...own]).join("_");
}

/** `deployPath` is DEPLOY_PATH, `keycloak-db` is KEYCLOAK_DB. */
export const upper = (word: string): string =>
  word
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();

function flatten(value: unknown, path: readonly string[]): [string[], string][] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.length > 0 && value.every(isSingle) ? [[[...path], value.map(String).join(",")]] : [];
  if (isSingle(value)) return [[[...path], String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, [...path, key]));
}

const isSingle = (value: unknown): value is string | number | boolean => ["string", "number", "boolean"].includes(typeof value);
