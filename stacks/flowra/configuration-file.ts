import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../../components/host/file-set";
import type { Host } from "../../components/host/host";
import { configurationText } from "./configuration";
import type { FlowraSettings } from "./settings";

export interface ConfigurationFileArgs {
  host: Host;
  settings: FlowraSettings;
}

/**
 * `config.yaml`. Another content is another folder, and the one before it goes at the end of an update that succeeded: until then
 * the release before finds its own, should it start again.
 */
export class ConfigurationFile extends pulumi.ComponentResource {
  /** What API and worker see of it: path that they see -> path on the machine. */
  readonly mounts: Readonly<Record<string, string>>;
  private readonly mark: string;
  private readonly file: FileSet;

  constructor(
    private readonly label: string,
    private readonly args: ConfigurationFileArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flowfleet:flowra:ConfigurationFile", label, {}, opts);
    const { host, settings } = args;
    const text = configurationText(settings);
    const folder = configsOf(settings);
    this.mark = createHash("sha256").update(text.join("\n")).digest("hex").slice(0, 12);
    const own = `${folder}/${this.mark}`;
    const files = { [`${own}/${FILE}`]: { text } };
    // Their folders are made on the way to them, and go with the last of them.
    this.file = new FileSet(`${label}-${this.mark}`, { host, files }, { parent: this });
    this.mounts =
      settings.mode === "containers" ? { [`${settings.workingDirectory}/configs/${FILE}`]: `${own}/${FILE}` } : { [folder]: own };
    this.registerOutputs({ mounts: this.mounts });
  }

  /** `configs/config.yaml` leads to it, for people. For after the application: what serves sees its own there, whatever this says. */
  show(): void {
    const { host, settings } = this.args;
    const links = { [`${configsOf(settings)}/${FILE}`]: `${this.mark}/${FILE}` };
    // One after the other, also when they go: whichever is the last takes the folder along.
    new FileSet(`${this.label}-link`, { host, files: {}, links }, { parent: this, dependsOn: this.file });
  }
}

/** Where the application looks for its file: below the folder in which it is started. */
const FILE = "config.yaml";
const configsOf = ({ directory }: FlowraSettings): string => `${directory}/configs`;
