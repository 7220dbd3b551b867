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
 * `config.yaml`. Another content is another file, and the one before it goes at the end of an update that succeeded: until then
 * the release before finds its own, should it start again.
 */
export class ConfigurationFile extends pulumi.ComponentResource {
  /** On the machine. `configs/config.yaml` leads to it. */
  readonly path: string;

  constructor(name: string, args: ConfigurationFileArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:flowra:ConfigurationFile", name, {}, opts);
    const { host, settings } = args;
    const text = configurationText(settings);
    const mark = createHash("sha256").update(text.join("\n")).digest("hex").slice(0, 12);
    const folder = `${settings.directory}/configs`;
    this.path = `${folder}/config-${mark}.yaml`;
    new FileSet(
      `${name}-${mark}`,
      {
        host,
        directories: { [folder]: {} },
        files: { [this.path]: { text } },
        links: { [`${folder}/config.yaml`]: `config-${mark}.yaml` },
      },
      { parent: this },
    );
    this.registerOutputs({ path: this.path });
  }
}
