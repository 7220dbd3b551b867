/** `Pulumi.yaml` and `Pulumi.<stack>.yaml`: what the program is, and the configuration that it gets. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import type { ConfigValue } from "./api";
import { EngineError, messageOf } from "./errors";
import { parsePath, removePath, setPath } from "./model/paths";
import type { Value } from "./provider";
import type { Crypter } from "./state/crypter";
import { containsSecret, isObject, isSecret, mapValue, maskSecrets, revealSecrets, secret, type Obj } from "./wire/values";

export interface Project {
  name: string;
  /** Folder or file of the program, relative to the project. */
  main: string;
  typescript: boolean;
  nodeArgs: string[];
  defaults: Record<string, Value>;
}
export interface StackConfig {
  /** `ns:name` -> text as the program gets it (objects as JSON). */
  values: Record<string, string>;
  secretKeys: string[];
  /** As `values`, with `[secret]` in the place of secrets. */
  shown: Record<string, string>;
  /** Every secret of it in clear: what may be printed nowhere. */
  secretTexts: string[];
}
interface StackFile {
  encryptionsalt?: string;
  config: Record<string, Value>;
}

export function readProject(cwd: string): Project {
  const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => path.join(cwd, name)).find((name) => existsSync(name));
  if (!file) throw new EngineError(`${cwd}: there is no Pulumi.yaml`);
  const yaml = readYaml(file);
  if (typeof yaml.name !== "string") throw new EngineError(`${file}: "name" must be the project's name`);
  const runtime = isObject(yaml.runtime) ? yaml.runtime : { name: yaml.runtime ?? null };
  if (runtime.name !== "nodejs") {
    throw new EngineError(`${file}: runtime is ${JSON.stringify(runtime.name)}; the offline engine runs "nodejs" programs only`);
  }
  const options = isObject(runtime.options) ? runtime.options : {};
  return {
    name: yaml.name,
    main: typeof yaml.main === "string" ? yaml.main : ".",
    typescript: options.typescript !== false,
    nodeArgs: typeof options.nodeargs === "string" ? options.nodeargs.split(/\s+/).filter(Boolean) : [],
    defaults: projectDefaults(isObject(yaml.config) ? yaml.config : {}, yaml.name),
  };
}
/** `config: {key: {default: …}}`, `{key: {value: …}}` and `{key: …}`. */
function projectDefaults(config: Obj, project: string): Record<string, Value> {
  const defaults: Record<string, Value> = {};
  for (const [key, declared] of Object.entries(config)) {
    const value = isObject(declared) ? (declared.value ?? declared.default) : declared;
    if (value !== undefined && value !== null) defaults[qualify(key, project)] = value;
  }
  return defaults;
}

export function readStackFile(cwd: string, stack: string): StackFile {
  const file = path.join(cwd, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) return { config: {} };
  const yaml = readYaml(file);
  return {
    ...(typeof yaml.encryptionsalt === "string" && { encryptionsalt: yaml.encryptionsalt }),
    config: isObject(yaml.config) ? yaml.config : {},
  };
}

/** Project defaults, then the stack's file, then the caller's own values, which may set parts of a value by a path. */
export function buildConfig(
  project: Project,
  file: StackFile,
  own: Record<string, ConfigValue>,
  crypter: Crypter | undefined,
): StackConfig {
  const merged = new Map<string, Value>();
  for (const [key, value] of Object.entries(project.defaults)) merged.set(key, value);
  for (const [key, value] of Object.entries(file.config)) {
    const name = qualify(key, project.name);
    merged.set(name, openSecrets(name, value, crypter));
  }
  for (const [key, value] of Object.entries(own)) setOwn(merged, key, value, project.name);
  const config: StackConfig = { values: {}, secretKeys: [], shown: {}, secretTexts: [] };
  for (const [name, value] of merged) {
    config.values[name] = asText(revealSecrets(value));
    config.shown[name] = asText(maskSecrets(value));
    if (containsSecret(value)) config.secretKeys.push(name);
    mapValue(value, (v) => {
      if (isSecret(v)) config.secretTexts.push(asText(revealSecrets(v.value)));
      return v;
    });
  }
  return config;
}
const asText = (value: Value): string => (typeof value === "object" ? JSON.stringify(sortKeys(value)) : String(value));
function sortKeys(value: Value): Value {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key] ?? null)]),
  );
}

/** `{secure: <ciphertext>}`, anywhere in a value. */
function openSecrets(name: string, value: Value, crypter: Crypter | undefined): Value {
  return mapValue(value, (v) => {
    if (!isObject(v) || typeof v.secure !== "string" || Object.keys(v).length !== 1) return v;
    if (!crypter) throw new EngineError(`configuration ${name} is encrypted, but the stack's file has no encryptionsalt`);
    return secret(crypter.decrypt(v.secure));
  });
}

function setOwn(merged: Map<string, Value>, key: string, value: ConfigValue, project: string): void {
  const qualified = qualify(key, project);
  const namespaceEnd = qualified.indexOf(":") + 1;
  const [head, ...rest] = parsePath(qualified.slice(namespaceEnd));
  const name = qualified.slice(0, namespaceEnd) + String(head);
  const isSecretValue = isObject(value) && typeof value.secret === "string" && Object.keys(value).length === 1;
  if (rest.length === 0) {
    if (value === null) merged.delete(name);
    else merged.set(name, isSecretValue ? secret(value.secret) : value);
    return;
  }
  const before = merged.get(name);
  const root: Obj = { at: typeof before === "object" && !isSecret(before) ? structuredClone(before) : null };
  const guessed = typeof value === "string" ? guessType(value) : value;
  if (value === null) removePath(root, ["at", ...rest]);
  else setPath(root, ["at", ...rest], isSecretValue ? secret(value.secret) : guessed);
  if (root.at !== null) merged.set(name, root.at as Value);
}
/** As `pulumi config set --path` does. */
function guessType(text: string): Value {
  if (text === "true" || text === "false") return text === "true";
  return /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : text;
}
const qualify = (key: string, project: string): string =>
  key.includes(":") ? key.replace(/^([^:]+):config:/, "$1:") : `${project}:${key}`;

function readYaml(file: string): Obj {
  let yaml: unknown;
  try {
    yaml = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new EngineError(`${file}: ${messageOf(error)}`);
  }
  if (yaml === null || yaml === undefined) return {};
  if (typeof yaml !== "object" || Array.isArray(yaml)) throw new EngineError(`${file}: must be a mapping`);
  return yaml as Obj;
}
