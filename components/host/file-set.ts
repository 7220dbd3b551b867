import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../kernel/map-values";
import { pathProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { linesOf } from "../kernel/lines";
import type { Lines } from "../kernel/lines";
import type { Host } from "./host";
import { HostStep } from "./host-step";

/** A file on the machine. */
export interface FileArgs {
  /** Whole text, or its lines. */
  text: pulumi.Input<string | Lines>;
  /** @default "0644", "0600" in a secret set */
  mode?: string;
  /** @default "root" */
  user?: string;
  /** @default "root" */
  group?: string;
}

export interface DirectoryArgs {
  /** @default "0755" */
  mode?: string;
  /** @default "root" */
  user?: string;
  /** @default "root" */
  group?: string;
}

/** What looks at the new files before they take the place of the old. */
export type Check = "nginx" | "sshd" | "sudoers" | "systemd" | "ufw" | "docker" | "fail2ban";

export interface FileSetArgs {
  host: Host;
  /** Files by absolute path. A path names a thing on the machine, so it is plain. */
  files: Readonly<Record<string, FileArgs>>;
  /** Directories that must exist, by absolute path. */
  directories?: Readonly<Record<string, DirectoryArgs>>;
  /** Symbolic links: path -> target. */
  links?: Readonly<Record<string, string>>;
  /** Checks that must pass, else everything stays as it was. @default none */
  check?: readonly Check[];
  /** What to do once the files are in place and only if one changed: `"reload nginx"`, `"restart fail2ban"`, `"daemon-reload"`. @default nothing */
  after?: readonly string[];
  /** Settings that lock one out when they are wrong: unless a `confirm` step of this name follows, they are rolled back after so many seconds. */
  confirm?: { name: string; within: number };
  /** The files stay on the machine when the resource is deleted. @default false */
  stays?: boolean;
  /** The files hold secrets. Public and secret files belong in separate sets, so that a preview still shows the public diff. @default false */
  secret?: boolean;
}

/**
 * Files on one machine that belong together: all are written and checked, or none is.
 * It owns what it wrote. Renaming it or moving it in the tree loses no file; deleting it removes only what is still its own.
 *
 * @example new FileSet("motd", { host, files: { "/etc/motd": { text: "hello\n" } } }, { parent: this });
 */
export class FileSet extends pulumi.ComponentResource {
  /** Known in previews; resolves once the files are in place. */
  readonly applied: pulumi.Output<string>;

  constructor(name: string, args: FileSetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:host:FileSet", name, {}, opts);
    refuse(this, name, fileSetProblems(args));
    const step = new HostStep(
      `${name}-files`,
      { host: args.host, noun: "files", document: fileSetDocument(args), secret: args.secret ?? false, removable: !args.stays },
      { parent: this },
    );
    this.applied = step.urn;
    this.registerOutputs({});
  }
}

/** The document for the helper, without its owner. */
export function fileSetDocument({ files, directories, links, check, after, confirm, secret = false }: FileSetArgs): pulumi.Output<object> {
  const texts = Object.entries(files).map(([path, { text, ...rights }]) =>
    pulumi.output(text).apply(
      (whole) =>
        [
          path,
          {
            mode: secret ? "0600" : "0644",
            user: "root",
            group: "root",
            ...rights,
            text: typeof whole === "string" ? linesOf(whole) : whole,
          },
        ] as const,
    ),
  );
  return pulumi.all(texts).apply((entries) => ({
    ...(directories && {
      directories: mapValues(directories, (rights) => ({ mode: "0755", user: "root", group: "root", ...rights })),
    }),
    files: Object.fromEntries(entries),
    ...(links && { links }),
    ...(check && { check }),
    ...(after && { after }),
    ...(confirm && { confirm }),
  }));
}

function fileSetProblems({ files, directories = {}, links = {} }: FileSetArgs): Problem[] {
  const entries = [...Object.entries(files), ...Object.entries(directories)];
  return [
    ...[...entries.map(([path]) => path), ...Object.keys(links)].flatMap((path) => pathProblems(path, path)),
    ...entries.flatMap(([path, { mode }]) =>
      mode === undefined || /^0[0-7]{3}$/.test(mode)
        ? []
        : [{ path: `${path}/mode`, wrong: 'must be octal digits such as "0644"', got: mode }],
    ),
  ];
}
