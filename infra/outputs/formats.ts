import { stringify } from "yaml";
import { dotenvText } from "../../components/secrets/dotenv";
import { upper, variablesOf } from "./variables";

/** What is written, whatever the form. */
export interface Content {
  stack: string;
  /** Only this one. @default all */
  system?: string | undefined;
  outputs: Readonly<Record<string, unknown>>;
  /** System -> variable -> value. @default none */
  secrets?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
}

/** Text of a form. Throws a RangeError, without a value in it, where the form cannot hold what there is. */
type Format = (content: Content) => string;

export const FORMATS = {
  /** For shells and for parsers of dotenv files alike. */
  dotenv: (content) => saidOf(content, (variables) => dotenvText(variables)),
  json: (content) => `${JSON.stringify(tree(content), null, 2)}\n`,
  yaml: (content) => stringify(tree(content)),
  /** A module of constants. */
  ts: (content) =>
    `// Written by \`flowfleet outputs --stack ${content.stack} --format ts\`.\n` +
    `export const outputs = ${JSON.stringify(tree(content), null, 2)} as const;\nexport type Outputs = typeof outputs;\n`,
  /** A ConfigMap, and a Secret where there are secrets. */
  k8s: kubernetes,
  /** Lines for `$GITHUB_ENV` and `$GITHUB_OUTPUT`. */
  github: (content) => saidOf(content, (variables) => Object.entries(variables).map(githubLine).join("")),
  /** For `artifacts:reports:dotenv`. */
  gitlab: (content) => saidOf(content, gitlabReport),
} as const satisfies Record<string, Format>;
export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];

/** Outputs and secrets as one tree. The version of the contract is what the stack says, which may have been brought up by another checkout. */
const tree = ({ system, outputs, secrets }: Content): unknown => ({
  ...(system === undefined ? outputs : { contract: outputs["contract"], [system]: outputs[system] }),
  ...(secrets && { secrets }),
});

/** Secret variables of one system, or of all with the system's name in front. */
function secretVariables({ system, secrets = {} }: Content): Record<string, string> {
  const named = Object.entries(secrets).flatMap(([of, variables]) =>
    Object.entries(variables).map(([name, value]) => [of === system ? name : `${upper(of)}_${name}`, value] as const),
  );
  return Object.fromEntries(named);
}

/** What is an output has the output's value. */
const saidOf = (content: Content, write: (variables: Record<string, string>) => string): string => {
  const all = { ...secretVariables(content), ...variablesOf(content.outputs, content.system) };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  try {
    return write(sorted);
  } catch (error) {
    const failing = Object.entries(sorted).find(([name, value]) => !isWritable(() => write({ [name]: value })));
    if (failing && error instanceof RangeError) throw new RangeError(`${failing[0]}: ${error.message}`);
    throw error;
  }
};

function isWritable(write: () => string): boolean {
  try {
    write();
    return true;
  } catch {
    return false;
  }
}

function kubernetes(content: Content): string {
  const { stack, system } = content;
  const name = ["flowfleet", stack, ...(system === undefined ? [] : [system])].join("-");
  const plain = variablesOf(content.outputs, system);
  const secret = Object.fromEntries(Object.entries(secretVariables(content)).filter(([key]) => plain[key] === undefined));
  const configMap = manifest({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: plain });
  if (content.secrets === undefined) return configMap;
  return `${configMap}---\n${manifest({ apiVersion: "v1", kind: "Secret", metadata: { name }, type: "Opaque", stringData: secret })}`;
}

/** Kubernetes reads YAML 1.1, in which `yes`, `0123` and `1:20` without quotes are no text. */
const manifest = (object: object): string => stringify(object, { lineWidth: 0, compat: "yaml-1.1" });

/** A value of several lines stands between two lines that are not in it. */
function githubLine([name, value]: readonly [string, string]): string {
  if (!/[\r\n]/.test(value)) return `${name}=${value}\n`;
  const lines = value.split(/\r?\n/);
  let end = "END";
  while (lines.includes(end)) end += "_";
  return `${name}<<${end}\n${value}\n${end}\n`;
}

/** GitLab takes lines as they are, without quotes, up to 5 KB. https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv */
function gitlabReport(variables: Readonly<Record<string, string>>): string {
  const text = Object.entries(variables)
    .map(([name, value]) => {
      if (/[\r\n]/.test(value)) throw new RangeError("has several lines, which GitLab's dotenv report cannot hold");
      if (value !== value.trim()) throw new RangeError("begins or ends with a space, which GitLab would take away");
      return `${name}=${value}\n`;
    })
    .join("");
  if (Buffer.byteLength(text) > 5120)
    throw new RangeError(`is ${Buffer.byteLength(text)} bytes, and GitLab takes 5120: ask for one system by --system`);
  return text;
}
