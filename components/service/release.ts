import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { HostStep } from "../host/host-step";
import type { Lines } from "../kernel/lines";

/** What the helper is to bring to service, in its own words and units: seconds and megabytes. `ContainerServiceArgs` says what each is for. */
export interface ReleaseSpecification {
  service: string;
  release: { image: string; builtAt: string; rollback: boolean };
  container: string;
  compose: { project: string; service: string; directory: string; file: string };
  network: string;
  addresses: readonly [string, string];
  port: number;
  hosts: Readonly<Record<string, string>>;
  environment: Readonly<Record<string, pulumi.Input<string>>>;
  secrets: { file: string; revision: pulumi.Input<string> } | null;
  user: string;
  readOnly: boolean;
  tmpfs: Readonly<Record<string, number>>;
  capabilities: readonly string[];
  limits: { memory: number; cpus: number; pids: number };
  logs: { size: number; files: number };
  health: { path: string; command: readonly string[]; interval: number; timeout: number; retries: number; startPeriod: number };
  deadline: number;
  overlap: "allowed" | "never";
  drain: number;
  stopTimeout: number;
  pullTimeout: number;
  /** nginx files by path; the helper puts the serving address in the place of `@address@`. */
  nginx: Readonly<Record<string, Lines>>;
  assets: { from: string; to: string; keep: number } | null;
}

export interface ReleaseArgs {
  host: Host;
  specification: ReleaseSpecification;
}

/**
 * One release of one service as one transaction on the machine: the new instance is started, probed and put into nginx, the old one
 * drained and removed; on any failure the machine is as it was and the update fails. `ContainerService` is what systems use.
 */
export class Release extends pulumi.ComponentResource {
  /** Known in previews; resolves once the release serves. */
  readonly applied: pulumi.Output<string>;

  constructor(name: string, args: ReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:Release", name, {}, opts);
    const { host, specification } = args;
    const step = new HostStep(
      `${name}-switch`,
      { host, noun: "release", document: pulumi.output(specification), removable: true },
      { parent: this },
    );
    this.applied = step.urn;
    this.registerOutputs({});
  }
}
