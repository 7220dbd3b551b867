import { documentOf } from "../host-document";
import { group, list, Sealed, UNKNOWN, type Resource } from "../resource";
import type { Rule, Surroundings } from "../rule";
import { containersOf, TASK } from "./tasks";

/** Names of variables that hold a secret, and not the place of one. */
const SECRET_NAME = /(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$/i;
/** What tells a secret by its look. */
const LOOKS: readonly [string, RegExp][] = [
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/=]/],
  ["a key of AWS", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ["a token of GitHub", /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40})/],
  ["a token of GitLab", /\bglpat-[A-Za-z0-9_-]{20}/],
  ["a token", /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ["an address with a password", /\b[a-z][a-z0-9+]*:\/\/[^\s:/@"'$@{]+:(?![$@{])[^\s:/@"']+@/],
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

function variablesOf(resource: Resource): [string, unknown][] {
  if (resource.type === TASK)
    return containersOf(resource).flatMap(({ environment }) =>
      list(environment).map((one): [string, unknown] => [String(group(one)["name"]), group(one)["value"]]),
    );
  if (resource.type === "docker:index/container:Container")
    return list(resource.props["envs"]).flatMap((one): [string, unknown][] =>
      typeof one === "string" ? [[one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]] : [],
    );
  return Object.entries(group(documentOf(resource)?.document["environment"]));
}
/** An empty value, a file, or a place that the application fills in, is no secret. */
const isSecretValue = (value: unknown): boolean =>
  typeof value === "string" && value !== "" && value !== String(UNKNOWN) && !/^(?:\/|file:|\$|true$|false$|\d+$)/.test(value);

function inClear(resource: Resource, { secrets }: Surroundings): string[] {
  // The document of a step that is marked as a secret is one on purpose.
  const marked = resource.props["stdin"] instanceof Sealed;
  const named = marked ? [] : variablesOf(resource).filter(([name, value]) => SECRET_NAME.test(name) && isSecretValue(value));
  const texts = [...clear(resource.props)];
  return [
    ...named.map(([name]) => `the variable ${name} is in clear; hand it over as a secret`),
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
    asks: "No input holds a secret that is not marked as one, and no variable of a container is one",
    controls: ["ECS.8"],
    check: inClear,
  },
} satisfies Record<string, Rule>;
