import { documentOf, filesOf, STEP } from "../host-document";
import { group, list, Sealed, type Resource } from "../resource";
import type { Rule, Surroundings } from "../rule";
import { isSecretName, isSecretValue } from "./secret-names";
import { containersOf, TASK } from "./tasks";

/** What tells a secret by its look. */
const LOOKS: readonly [string, RegExp][] = [
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/=]/],
  ["a key of AWS", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ["a token of GitHub", /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40})/],
  ["a token of GitLab", /\bglpat-[A-Za-z0-9_-]{20}/],
  ["a token", /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ["a token of Slack", /\bxox[abprs]-[A-Za-z0-9-]{20}/],
  ["a key of Stripe", /\b[rs]k_live_[A-Za-z0-9]{20}/],
  ["an address with a password", /\b[a-z][a-z0-9+]*:\/\/[^\s:/@"'$@{]*:(?![$@{])[^\s:/@"']+@/],
  ["a connection with a password", /(?:;\s*(?:password|pwd|accountkey|sharedaccesskey)|\bhost=\S+ (?:\S+ )*password)=(?![$@{<])[^;\s"']+/i],
];

/** Texts of an input that are in clear, each with its path. */
function* clear(value: unknown, path = ""): Generator<[string, string]> {
  if (typeof value === "string") yield [path, value];
  else if (Array.isArray(value)) for (const [index, inner] of value.entries()) yield* clear(inner, `${path}[${index}]`);
  else if (typeof value === "object" && value !== null && !(value instanceof Sealed))
    for (const [key, inner] of Object.entries(value)) yield* clear(inner, path === "" ? key : `${path}.${key}`);
}

/** Shorter ones are in many a text by chance. */
const LEAST = 12;

/** Texts that the resources mark as secrets, to be looked for where they are in clear. */
export function secretsOf(resources: readonly Resource[]): Set<string> {
  const found = new Set<string>();
  const look = (value: unknown, sealed: boolean): void => {
    if (value instanceof Sealed) look(value.value, true);
    else if (sealed && typeof value === "string" && value.length >= LEAST && !/\s/.test(value)) found.add(value);
    // The whole connection is marked; what is in it may stand elsewhere, but for a key, which has several lines.
    else if (!sealed && Array.isArray(value)) for (const one of value) look(one, false);
    else if (!sealed && typeof value === "object" && value !== null) for (const one of Object.values(value)) look(one, false);
  };
  for (const { props } of resources) look(props, false);
  return found;
}

/** Lines of a file that set something: `NAME=value`, `export NAME=value`, `Environment=NAME=value`, `name: value`. */
const SETTING =
  /^[ \t]*(?:export[ \t]+|Environment="?)?([A-Z_][A-Z0-9_]*|[a-z_][a-z0-9_.-]*)(?:=|[ \t]+=[ \t]+|[ \t]*:[ \t]+)["']?([^"'\s]+)/gm;

/** What a resource sets by names, beside its inputs: variables, whatever they are written in, and settings in files. */
function variablesOf(resource: Resource): [string, unknown][] {
  if (resource.type === TASK)
    return containersOf(resource).flatMap(({ environment }) =>
      list(environment).map((one): [string, unknown] => [String(group(one)["name"]), group(one)["value"]]),
    );
  if (resource.type === "docker:index/container:Container")
    return list(resource.props["envs"]).flatMap((one): [string, unknown][] =>
      typeof one === "string" ? [[one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]] : [],
    );
  return filesOf(resource).flatMap(({ text }) =>
    [...text.matchAll(SETTING)].map(([, name = "", value]): [string, unknown] => [name, value]),
  );
}

/** What the last part of a path is called: "password" of "databases[0].password". */
const nameIn = (path: string): string => /[^.[\]]+(?=(?:\[\d+\])*$)/.exec(path)?.[0] ?? "";

function inClear(resource: Resource, { secrets }: Surroundings): string[] {
  // The document of a step that is marked as a secret is one on purpose.
  const document = resource.props["stdin"] instanceof Sealed ? undefined : documentOf(resource)?.document;
  const variables = document || resource.type !== STEP ? variablesOf(resource) : [];
  const texts = [...clear(resource.props)];
  return [
    ...variables
      .filter(([name, value]) => isSecretName(name) && isSecretValue(value))
      .map(([name]) => `the variable ${name} is in clear; hand it over as a secret`),
    ...[...texts, ...clear(document)]
      .filter(([path, text]) => isSecretName(nameIn(path)) && isSecretValue(text))
      .map(([path]) => `${path} is in clear, and its name is a secret's; mark it as one`),
    ...texts.flatMap(([path, text]) =>
      LOOKS.filter(([, look]) => look.test(text)).map(([what]) => `${path} holds ${what} in clear; mark it as a secret`),
    ),
    ...texts.flatMap(([path, text]) =>
      [...secrets].some((secret) => text.includes(secret)) ? [`${path} holds in clear what is marked as a secret elsewhere`] : [],
    ),
  ];
}

/** Of secrets, wherever they are. */
export const secrets = {
  "no-clear-secret": {
    asks: "No input holds a secret that is not marked as one, and no variable or setting in a file is one",
    controls: ["ECS.8"],
    check: inClear,
  },
} satisfies Record<string, Rule>;
