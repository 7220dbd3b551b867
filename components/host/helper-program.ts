import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { linesOf } from "../kernel/lines";
import type { Host } from "./host";
import { HostStep } from "./host-step";

export interface HelperProgramArgs {
  host: Host;
}

/**
 * The program that runs on the machine and does what every other step asks for. The installed one takes the newer one, checks it
 * and replaces itself by it, so a fix in it re-runs this one step and no other.
 */
export class HelperProgram extends pulumi.ComponentResource {
  /** SHA-256 of its files. Known in previews. */
  readonly revision: string;

  constructor(name: string, args: HelperProgramArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:host:HelperProgram", name, {}, opts);
    const document = helperDocument(helperSources());
    this.revision = document.revision;
    new HostStep(`${name}-revision`, { host: args.host, noun: "helper", document }, { parent: this });
    this.registerOutputs({ revision: this.revision });
  }
}

/** The helper's source files by name. It is part of this program's own source, so reading it asks nothing of the outside. */
export function helperSources(folder = join(__dirname, "helper")): Record<string, string> {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".py") && !entry.name.startsWith("test_"))
    .map((entry) => entry.name)
    .sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** The document for the helper, without its owner. */
export function helperDocument(sources: Record<string, string>) {
  const hash = createHash("sha256");
  for (const [name, text] of Object.entries(sources)) hash.update(`${name}\0${text}\0`);
  const files = Object.fromEntries(Object.entries(sources).map(([name, text]) => [name, linesOf(text)]));
  return { revision: hash.digest("hex"), files };
}
