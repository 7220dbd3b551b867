import type { Raw } from "../config/raw";
import { group, isGroup } from "../config/raw";
import { PROJECT } from "../config/schema";

/** A stack as an export has it: what it says to others, and the secrets that its state holds. */
export interface Exported {
  outputs: Record<string, unknown>;
  /** System -> variable -> value, of what runs; `undefined` where the export has no secret in clear. */
  secrets: Record<string, Record<string, string>> | undefined;
}

/**
 * Reads what `pulumi stack export`, `pulumi stack output --json` or `flowfleet outputs --format json` printed. Only the first says whose it is.
 *
 * @throws RangeError when it is none of them, or of another stack. No value of a secret is in the message.
 */
export function readExport(text: string, stack: string): Exported {
  const file = json(text);
  if (!isGroup(file)) throw new RangeError("is no export: it must hold a JSON object");
  const { deployment, checkpoint, resources: own } = file;
  const latest = group(group(checkpoint)["latest"]);
  const resources = group(deployment)["resources"] ?? latest["resources"] ?? own;
  if (resources === undefined)
    return "deployment" in file || "checkpoint" in file ? empty() : { outputs: opened(file) as Raw, secrets: undefined };
  if (!Array.isArray(resources)) throw new RangeError("is no export: its resources are no list");
  const known = resources.filter(isGroup);
  const root = known.find(({ type }) => type === "pulumi:pulumi:Stack");
  if (root !== undefined) checkOwner(String(root["urn"]), stack);
  return { outputs: opened(root?.["outputs"] ?? {}) as Raw, secrets: secretsOf(known) };
}

/** A URN begins with `urn:pulumi:<stack>::<project>::`. */
function checkOwner(urn: string, wanted: string): void {
  const [stack = "", project = ""] = urn.replace("urn:pulumi:", "").split("::");
  if (project !== PROJECT) throw new RangeError(`is of project ${project}, not of ${PROJECT}`);
  if (stack !== wanted) throw new RangeError(`is of stack ${stack}, not of ${wanted}`);
}

const empty = (): Exported => ({ outputs: {}, secrets: undefined });

/** How Pulumi marks a secret in a state; `--show-secrets` puts its JSON there in clear. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const isSecret = (value: unknown): value is Raw => isGroup(value) && value[SIGNATURE] === SECRET;
const clearText = (value: Raw): unknown => (typeof value["plaintext"] === "string" ? json(value["plaintext"]) : undefined);

/** Secrets are left out: the contract has none. */
function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (!isGroup(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => !isSecret(inner))
      .map(([key, inner]) => [key, opened(inner)]),
  );
}

/** The variables of the systems: on a machine from the files that the stack writes, on AWS from Parameter Store. */
function secretsOf(resources: readonly Raw[]): Exported["secrets"] {
  let isClear = false;
  const secrets: Record<string, Record<string, string>> = {};
  for (const { urn, type, inputs } of resources) {
    const system = new RegExp(`[:$]${PROJECT}:([a-z]+):\\w+\\$`).exec(String(urn))?.[1];
    const isFile = String(urn).includes(`$${PROJECT}:secrets:SecretBundle$`) && type === "command:remote:Command";
    if (system === undefined || (!isFile && type !== "aws:ssm/parameter:Parameter")) continue;
    const sealed = group(inputs)[isFile ? "stdin" : "value"];
    const value = isSecret(sealed) ? clearText(sealed) : undefined;
    if (typeof value !== "string") continue;
    isClear = true;
    const name = String(group(inputs)["name"]).split("/").at(-1) ?? "";
    Object.assign((secrets[system] ??= {}), isFile ? variablesIn(value) : { [name]: value });
  }
  return isClear ? secrets : undefined;
}

/** The document of a set of files: each is one of `NAME='value'`. */
function variablesIn(document: string): Record<string, string> {
  const files = Object.values(group(group(json(document))["files"]));
  const lines = files.flatMap((file) => [group(file)["text"]].flat()).flatMap((text) => (typeof text === "string" ? text.split("\n") : []));
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, , value] = /^([A-Za-z_]\w*)=(['"]?)(.*)\2$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
