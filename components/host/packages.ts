import * as pulumi from "@pulumi/pulumi";
import type { Host } from "./host";
import { HostStep } from "./host-step";

/** An apt repository other than the distribution's own. */
export interface Repository {
  uri: string;
  suite: string;
  components: readonly string[];
  /** Where its signing key is fetched. */
  keyUrl: string;
  /** Fingerprint that the fetched key must have: 40 hexadecimal digits. */
  fingerprint: string;
  /** Newer versions are installed every day, too, as they come: only where that interrupts nothing that runs. @default false */
  unattended?: boolean;
}

export interface PackagesArgs {
  host: Host;
  /** Names of packages that must be there. They are not removed when the resource is deleted: something else may need them. */
  install: readonly string[];
  /** Repositories by name; removed with the resource. */
  repositories?: Readonly<Record<string, Repository>>;
  /** Oldest version that will do, by program: `{ docker: "24.0" }`. */
  minimum?: Readonly<Record<string, string>>;
  /** A throwaway machine may fall short of `minimum`; the helper then prints it as a substitution. @default false */
  lenient?: boolean;
}

/**
 * Packages of the distribution or of a signed repository. Waits for apt's lock and mends an interrupted dpkg first.
 *
 * @example new Packages("tools", { host, install: ["curl"] }, { parent: this });
 */
export class Packages extends pulumi.ComponentResource {
  /** Known in previews; resolves once the packages are there. */
  readonly applied: pulumi.Output<string>;

  constructor(name: string, args: PackagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:host:Packages", name, {}, opts);
    const { host, ...document } = args;
    const step = new HostStep(`${name}-apt`, { host, noun: "packages", document: sorted(document), removable: true }, { parent: this });
    this.applied = step.urn;
    this.registerOutputs({});
  }
}

/** The order of packages says nothing, so it must not show as a change. */
const sorted = ({ install, lenient, ...rest }: Omit<PackagesArgs, "host">): object => ({
  install: [...new Set(install)].sort(),
  ...rest,
  ...(lenient ? { lenient } : {}),
});
