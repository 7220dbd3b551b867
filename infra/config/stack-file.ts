import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../../components/kernel/refuse";
import { readYaml } from "./places";
import type { Place, Places } from "./places";
import { nearest, pathOf, pathText } from "./problems";
import type { Path } from "./problems";
import { isGroup } from "./raw";
import { PROJECT, withoutUnset } from "./schema";
import { Secret } from "./secret";

/** What stands in a `Pulumi.<stack>.yaml`: values by key without the project's name, encrypted ones as `Secret`. */
export interface StackFile {
  raw: Record<string, unknown>;
  /** Whether its settings could be found. Where they could not nobody knows what it would hold, and nothing is missing in it. */
  isRead: boolean;
  /** Those with a place are of the file as such; of all others `places` knows it. */
  problems: (Problem & { place?: Place })[];
  places: Places;
}

/** Gives what stands in another stack's file; `undefined` where there is none, or none that can be read. */
export type OtherStacks = (stack: string) => StackFile["raw"] | undefined;

/** @param root Folder with `Pulumi.yaml`. */
export const stacksIn =
  (root: string): OtherStacks =>
  (stack) => {
    const path = join(root, `Pulumi.${stack}.yaml`);
    if (!existsSync(path)) return undefined;
    const { raw, isRead } = readStackFile(readFileSync(path, "utf8"));
    return isRead ? raw : undefined;
  };

/** Reads the text of a stack file, without any means to decrypt it. Other namespaces (`aws:region`) are the providers' business. */
export function readStackFile(text: string): StackFile {
  const yaml = readYaml(text);
  const inConfig = yaml.placesBelow(["config"]);
  const nothing = { raw: {}, isRead: false, places: inConfig };
  if (yaml.problems.length > 0) return { ...nothing, problems: yaml.problems };
  const file = yaml.value ?? {};
  const top = yaml.placesBelow([]);
  if (!isGroup(file)) return { ...nothing, problems: [{ path: "", wrong: "must be a group of settings", place: top("") }] };
  const { config } = file;
  const strange = unknownNames(Object.keys(file), FILE_KEYS).map((problem) => ({ ...problem, place: top(problem.path) }));
  if (config === undefined || config === null) return { ...nothing, isRead: strange.length === 0, problems: strange };
  if (!isGroup(config))
    return { ...nothing, problems: [...strange, { path: "config", wrong: "must be a group of settings", place: top("config") }] };
  const ours = Object.entries(config).filter(([key]) => key.startsWith(`${PROJECT}:`) || !key.includes(":"));
  const named = ours.map(([key, value]) => [key.replace(`${PROJECT}:`, ""), opened(value)] as const);
  return {
    raw: withoutUnset(Object.fromEntries(named)),
    isRead: true,
    problems: [
      ...strange,
      ...Object.keys(config).flatMap(mistakenNamespace),
      ...named.flatMap(([key, value]) => (value instanceof Secret ? wholeSecret(key) : [])),
      ...ours.filter(([key]) => Object.hasOwn(config, `${PROJECT}:${key}`)).map(([path]) => twice(path)),
    ],
    // A key may stand there without the project's name.
    places: (path) => inConfig(Object.hasOwn(config, String(pathOf(path)[0])) ? path : path.replace(`${PROJECT}:`, "")),
  };
}

/** What Pulumi itself knows in a stack file. */
const FILE_KEYS = ["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"];

const unknownNames = (names: readonly string[], known: readonly string[]): Problem[] =>
  names
    .filter((name) => !known.includes(name))
    .map((path) => {
      const near = nearest(path, known);
      return { path, wrong: "is not known", allowed: known.join(", "), ...(near === undefined ? {} : { todo: `did you mean "${near}"?` }) };
    });

/** A setting that nobody would ever read, since its namespace is nobody's. */
function mistakenNamespace(key: string): Problem[] {
  const [namespace = "", ...rest] = key.split(":");
  if (rest.length === 0 || namespace === PROJECT || nearest(namespace, [PROJECT]) === undefined) return [];
  return [{ path: key, wrong: `is of "${namespace}", which nothing here reads`, todo: `did you mean "${[PROJECT, ...rest].join(":")}"?` }];
}

/** Pulumi would take either. */
const twice = (path: string): Problem => ({ path, wrong: `is there as ${PROJECT}:${path}, too`, todo: "leave one of them out" });

const wholeSecret = (key: string): Problem[] => [
  {
    path: `${PROJECT}:${key}`,
    wrong: "is encrypted as a whole",
    todo: "encrypt only the secrets in it, each by its own path",
  },
];

/** `{secure: …}` is how Pulumi writes an encrypted value. */
function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [[key, ciphertext] = []] = entries;
  if (entries.length === 1 && key === "secure" && typeof ciphertext === "string" && ciphertext !== "") return new Secret("");
  return Object.fromEntries(entries.map(([key, inner]) => [key, opened(inner)]));
}

/** Asks for the value of a secret and stores it encrypted. */
export const setSecret = (stack: string, path: string): string =>
  `pulumi config set --stack ${stack} --secret --path '${path}'${SEVERAL_LINES.test(path) ? " < FILE" : ""}`;

/** Private keys, of SSH and of certificates: Pulumi's prompt takes one line. */
const SEVERAL_LINES = /\.(?:deployKey|privateKey|challenge\.key)$/;

/** Secrets that stand in the file for everyone to read. */
export function plainSecrets(stack: string, config: unknown, path: Path = []): Problem[] {
  if (config instanceof Secret) {
    if (config.reveal() === "") return [];
    const name = pathText(path, `${PROJECT}:`);
    return [
      { path: name, wrong: "is a secret and not encrypted", todo: `change the secret, then set it again: ${setSecret(stack, name)}` },
    ];
  }
  if (typeof config !== "object" || config === null) return [];
  return Object.entries(config).flatMap(([key, value]) => plainSecrets(stack, value, [...path, Array.isArray(config) ? Number(key) : key]));
}
