import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { HostStep } from "../host/host-step";
import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import { refuse } from "../kernel/refuse";
import { assetsRoot } from "./container-specification";
import { sourceDocument, sourceName, sourceReleaseDocument } from "./source";
import type { SourceArgs, SourceRelease } from "./source";
import { staticSiteProblems } from "./source-problems";

export interface StaticSiteArgs {
  host: Host;
  /** What belongs together: `"coreflow"`. */
  project: string;
  /** `"astro"`: its name within the project. */
  service: string;
  release: SourceRelease;
  /** How a release is built. */
  source: SourceArgs;
  /** Folder in a release that holds what is served. @default "dist" */
  from?: string;
  /** Link that leads to what is served, for nginx and people: `"/opt/coreflow/apps/coreflow-astro/dist"`. */
  link: string;
  /** Folder in `from` whose files have their content's hash in their names, and never change: `"_astro"`. Those of older releases stay reachable. @default none */
  immutable?: string;
  /** File in `from` that must be there, or the release is refused. @default "index.html" */
  file?: string;
  /** How long fetching may take. @default "10 minutes" */
  pullTimeout?: Duration;
  /** Releases that stay on the machine, for a quick way back; and releases whose immutable files stay reachable. @default 5 */
  keep?: number;
}

/**
 * Files that nginx serves by itself, built from a repository or an archive. A new release is built beside the one that is served, looked
 * at, and takes its place in one rename; when anything fails, nothing changes.
 *
 * @example new StaticSite("astro", { host, project: "shop", service: "astro", release, source: { directory: "/opt/shop/astro", user: "shop" }, link: "/opt/shop/astro/dist" });
 */
export class StaticSite extends pulumi.ComponentResource {
  /** Folder that nginx serves; it follows the serving release. */
  readonly root: string;
  /** Immutable files of older releases: `path` as browsers ask for them, below `root`. */
  readonly assets: { readonly path: string; readonly root: string } | null;
  /** What is served, as `sourceName` writes it. Known in previews; resolves once it is served. */
  readonly release: pulumi.Output<string>;
  /** What a change does to users, as the plan prints it. */
  readonly interruption: string;

  constructor(name: string, args: StaticSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:StaticSite", name, {}, opts);
    const { host, release, link, immutable } = args;
    const service = `${args.project}-${args.service}`;
    refuse(this, name, [
      ...staticSiteProblems(args),
      ...host.reserve("service", `service ${service}`, name),
      ...host.reserve("source/directory", `folder ${args.source.directory}`, name),
    ]);
    const step = new HostStep(
      `${name}-switch`,
      { host, noun: "static", document: staticDocument(args), removable: true },
      { parent: this },
    );
    this.root = link;
    this.assets = immutable === undefined ? null : { path: `/${immutable}/`, root: assetsRoot(service) };
    this.release = step.urn.apply(() => sourceName(release));
    this.interruption = "not interrupted (down for 0 s): the new files take the place of the old in one step";
    this.registerOutputs({ release: this.release, interruption: this.interruption });
  }
}

const staticDocument = (args: StaticSiteArgs) => {
  const { project, release, source, from = "dist", link, immutable, file = "index.html", keep = 5 } = args;
  const service = `${project}-${args.service}`;
  return {
    service,
    release: sourceReleaseDocument(release),
    source: sourceDocument(source, release),
    from,
    link,
    immutable: immutable ?? null,
    assets: immutable === undefined ? null : { to: assetsRoot(service), keep },
    health: { file },
    pullTimeout: inSeconds(args.pullTimeout ?? "10 minutes"),
    keep,
  };
};
