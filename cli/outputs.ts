import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import execa from "execa";
import { readExport, type Exported } from "../infra/outputs/exported";
import { type Content, FORMAT_NAMES, FORMATS } from "../infra/outputs/formats";
import { exportState } from "../rehearsal/engine";
import { writePrivate } from "../rehearsal/private-file";
import { statePassphrase } from "../rehearsal/stand-ins";
import { checkout, checkStack, homeFolder } from "./checkout";
import { CliError } from "./explain";
import { rehearsalName } from "./rehearsed-stack";

export interface OutputsFlags {
  stack: string;
  format: string;
  system?: string;
  file?: string;
  rehearsal?: boolean;
  out?: string;
  secrets?: boolean;
}

/** Runs `flowfleet outputs`. */
export async function printOutputs(flags: OutputsFlags): Promise<void> {
  const problems = flagProblems(flags);
  if (problems.length > 0) throw new CliError(problems.join("\n"));
  const text = outputsText(flags, read(await exported(flags), flags));
  if (flags.out === undefined) process.stdout.write(text);
  else if (flags.secrets) writePrivate(path.resolve(flags.out), text);
  else writeFileSync(flags.out, text);
}

/** Forms in which what is written is shown to others. */
const SHOWN: Readonly<Record<string, string>> = {
  github: "GitHub prints $GITHUB_ENV at the head of every later step's log, and masks only secrets that it knows",
  gitlab: "GitLab keeps this report as an artifact, for whoever sees the pipeline to download",
};

function flagProblems({ stack, format, file, rehearsal, out, secrets }: OutputsFlags): string[] {
  checkStack(stack);
  return [
    ...(FORMAT_NAMES.some((name) => name === format) ? [] : [`--format ${format}: must be one of ${FORMAT_NAMES.join(", ")}.`]),
    ...(file !== undefined && !rehearsal && !existsSync(file) ? [`--file ${file}: there is no such file.`] : []),
    ...(file !== undefined && rehearsal ? ["--file and --rehearsal exclude each other: give one of them."] : []),
    ...(secrets && out === undefined ? ["--secrets needs --out FILE: secrets are never printed."] : []),
    ...(secrets && SHOWN[format] !== undefined
      ? [`--format ${format} is not for secrets: ${SHOWN[format]}. Take --format dotenv, and read the file in the step that needs it.`]
      : []),
  ];
}

/** @returns The text of an export. */
async function exported({ stack, file, rehearsal, secrets = false }: OutputsFlags): Promise<string> {
  if (file !== undefined) return readFileSync(file, "utf8");
  if (rehearsal) {
    const folder = path.join(homeFolder(), rehearsalName(stack));
    if (!existsSync(folder))
      throw new CliError(`No rehearsal of stack ${stack} stands: flowfleet rehearse --stack ${stack} brings one up.`);
    const at = { cwd: checkout, stack, stateDir: path.join(folder, "state"), passphrase: statePassphrase(folder), ignoreConfigFile: true };
    return JSON.stringify(await exportState({ ...at, showSecrets: secrets }));
  }
  const options = ["stack", "export", "--stack", stack, ...(secrets ? ["--show-secrets"] : [])];
  const pulumi = await execa("pulumi", options, { cwd: checkout, preferLocal: true, localDir: checkout, reject: false });
  if (!pulumi.failed) return pulumi.stdout;
  // Its standard output may hold secrets, and is not shown.
  const said = pulumi.stderr === "" ? "no pulumi was found" : pulumi.stderr.trim();
  throw new CliError(
    `pulumi stack export --stack ${stack}: ${said}\nGive what it printed elsewhere by --file FILE, or read a rehearsal's by --rehearsal.`,
  );
}

function read(text: string, { stack, file, secrets }: OutputsFlags): Exported {
  try {
    const found = readExport(text, stack);
    if (Object.keys(found.outputs).length === 0) throw new RangeError(`has no outputs of stack ${stack}: bring it up first`);
    if (secrets && found.secrets === undefined)
      throw new RangeError(`has no secret in clear: make it by pulumi stack export --stack ${stack} --show-secrets`);
    return found;
  } catch (error) {
    if (error instanceof RangeError) throw new CliError(`${file ?? "The state"} ${error.message}.`);
    throw error;
  }
}

function outputsText({ stack, format, system, secrets }: OutputsFlags, found: Exported): string {
  const known = Object.keys(found.outputs).filter((name) => typeof found.outputs[name] === "object");
  if (system !== undefined && !known.includes(system))
    throw new CliError(`--system ${system}: stack ${stack} has no such output; it has ${known.join(", ")}.`);
  const content: Content = { stack, system, outputs: found.outputs, ...(secrets && { secrets: secretsOf(found, stack, system) }) };
  try {
    return FORMATS[format as keyof typeof FORMATS](content);
  } catch (error) {
    if (error instanceof RangeError) throw new CliError(`--format ${format}: ${error.message}.`);
    throw error;
  }
}

/** Of one system, or of all. A file without the variables that were asked for would only be noticed by what does not start. */
function secretsOf({ secrets = {} }: Exported, stack: string, system?: string): NonNullable<Exported["secrets"]> {
  if (system === undefined) return secrets;
  const own = secrets[system];
  if (own !== undefined) return { [system]: own };
  throw new CliError(
    `--secrets: the state of stack ${stack} has no variables of ${system}; it has those of ${Object.keys(secrets).join(", ")}.`,
  );
}
