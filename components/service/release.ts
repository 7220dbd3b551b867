import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { HostStep } from "../host/host-step";
import type { Lines } from "../kernel/lines";
import type { SourceDocument, SourceReleaseDocument } from "./source";

/** What the helper is to bring to service, in its own words and units: seconds and megabytes. `ServiceArgs` and its kin say what each is for. */
export type ReleaseSpecification = ContainerSpecification | UnitSpecification | Pm2Specification;

interface CommonSpecification {
  service: string;
  secrets: { file: string; revision: pulumi.Input<string> } | null;
  deadline: number;
  overlap: "allowed" | "never";
  drain: number;
  stopTimeout: number;
  /** For fetching the image or the archive. */
  pullTimeout: number;
  /** nginx files by path; the helper puts the serving address in the place of `@address@`, its port in that of `@port@`. */
  nginx: Readonly<Record<string, Lines>>;
}

/** Releases take turns on addresses. */
interface Addressed {
  addresses: readonly string[];
  /** Absent for a service that answers no requests. */
  port?: number;
}

export interface ContainerSpecification extends CommonSpecification, Addressed {
  release: { image: string; builtAt: string; rollback: boolean };
  container: string;
  compose: { project: string; service: string; directory: string; file: string };
  network: string;
  hosts: Readonly<Record<string, string>>;
  environment: Readonly<Record<string, pulumi.Input<string>>>;
  user: string;
  readOnly: boolean;
  tmpfs: Readonly<Record<string, number>>;
  mounts?: Readonly<Record<string, string>>;
  folders?: Readonly<Record<string, string>>;
  capabilities: readonly string[];
  limits: { memory: number; cpus: number; pids: number };
  reservations?: { memory: number; cpus: number };
  logs: { size: number; files: number };
  health:
    | {
        path: string;
        command: readonly string[];
        interval: number;
        timeout: number;
        retries: number;
        startPeriod: number;
        probeTimeout?: number;
      }
    | { alive: number };
  assets: { from: string; to: string; keep: number } | null;
}

export interface UnitSpecification extends CommonSpecification, Addressed {
  release: { archive: string; sha256: string; builtAt: string; rollback: boolean };
  unit: {
    /** Below it are the releases. */
    directory: string;
    /** Name of the account that it runs as. */
    user: string;
    /** In the release. */
    executable: string;
    /** The variable that says on which of the addresses to listen. */
    addressVariable: string | null;
    /** Links that follow the serving release: path on the machine -> path in the release. */
    links: Readonly<Record<string, string>>;
    /** The unit's file; the helper fills in `@release@`, `@address@` and `@environment@`. */
    text: pulumi.Input<Lines>;
  };
  health: { path: string; timeout: number } | { alive: number };
  /** So many releases stay on the machine. */
  keep: number;
}

export interface Pm2Specification extends CommonSpecification {
  release: SourceReleaseDocument | { workspace: string; directory: string; builtAt: string; rollback: boolean };
  /** How code becomes a folder that runs; of a working copy it is one. */
  source: SourceDocument | null;
  pm2: {
    user: string;
    /** PM2's own folder is `.pm2` below it. */
    home: string;
    way: "port" | "reload" | "stop";
    /** Of the process, or the namespace of `<name>-a` and `<name>-b`. */
    name: string;
    instances: number;
    /** The ecosystem file; the helper fills in `@name@`, `@release@`, `@port@` and `@environment@`. */
    text: pulumi.Input<Lines>;
    /** Link to it. */
    file: string;
    /** Links that follow the serving release: path on the machine -> path in the release. */
    links: Readonly<Record<string, string>>;
  };
  /** Of each slot, or the fixed one; none for a service that answers no requests. */
  ports: readonly number[];
  health: { path: string; timeout: number } | { alive: number };
  /** So many releases stay on the machine. */
  keep: number;
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
