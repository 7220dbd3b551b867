import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../components/kernel/refuse";
import { certificateNeeds } from "./certificate-needs";
import { conflicts, usesOf } from "./conflicts";
import { needs } from "./needs";
import { plainLine } from "./places";
import { plainError } from "./plain-error";
import { pathText, problemLine, showable } from "./problems";
import type { Releases } from "./releases";
import type { Configuration } from "./schema";
import { parseConfiguration, PROJECT, TEXT_KEYS, withoutUnset } from "./schema";
import { Secret } from "./secret";
import { setSecret, stacksIn } from "./stack-file";
import { releasesOf } from "./stacks";

/** The configuration as components take it: its secrets are Outputs that Pulumi treats as secrets, all else is plain. */
export type Config = Opened<Configuration> & {
  /** Application -> service -> release. */
  applicationReleases: Releases["releases"];
};

type Opened<T> = T extends Secret ? pulumi.Output<string> : T extends object ? { [Key in keyof T]: Opened<T[Key]> } : T;

/**
 * The configuration of the stack that is being deployed, checked whole. Call it before anything else: a program that stops here has
 * registered no resource.
 *
 * @param root Folder with `Pulumi.yaml`.
 * @throws pulumi.RunError that names everything that is wrong or missing.
 */
export function readConfig(root = pulumi.getRootDirectory()): Config {
  const stack = pulumi.getStack();
  const raw = rawConfiguration();
  const { config, problems, missing } = parseConfiguration(raw);
  const { releases, problems: releaseProblems } = releasesOf(stack, raw, releaseFile(root, stack));
  const uses = usesOf(raw, stack);
  const found = [
    ...problems,
    ...missing.map((path): Problem => missingSecret(stack, pathText(path, `${PROJECT}:`))),
    ...needs(raw, stacksIn(root)),
    ...certificateNeeds(raw, uses),
    ...conflicts(uses),
  ];
  const lines = [
    ...found.map((problem) => `Pulumi.${stack}.yaml ${problemLine(showable(problem))}`),
    ...releaseProblems.map((finding) => plainLine(showable(finding))),
  ];
  if (config === undefined || lines.length > 0) throw refusal(stack, lines);
  return { ...opened(config), applicationReleases: releases };
}

const missingSecret = (stack: string, path: string): Problem => ({
  path,
  wrong: "this secret is missing",
  todo: setSecret(stack, path),
});

const refusal = (stack: string, lines: readonly string[]): Error =>
  plainError(`The configuration of stack "${stack}" is not right; nothing was touched.\n${lines.map((line) => `  ${line}`).join("\n")}`);

/** Pulumi hands over text: JSON for what is an object in the stack file. */
function rawConfiguration(): Record<string, unknown> {
  const ours = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(`${PROJECT}:`));
  return withoutUnset(
    Object.fromEntries(
      ours.map(([key, value]) => {
        const name = key.slice(PROJECT.length + 1);
        return [name, TEXT_KEYS.includes(name) ? value : json(value)];
      }),
    ),
  );
}

function json(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value; // The schema says what it should be.
  }
}

const releaseFile = (root: string, stack: string) => (folder: string) => {
  const path = resolve(root, folder, `${stack}.yaml`);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
};

/** Only the secrets become secret Outputs: a whole object would make every plan that shows any of it unreadable. */
function opened<T>(value: T): Opened<T> {
  const open = (part: unknown): unknown => {
    if (part instanceof Secret) return pulumi.secret(part.reveal());
    if (Array.isArray(part)) return part.map(open);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, open(inner)]));
  };
  return open(value) as Opened<T>;
}
