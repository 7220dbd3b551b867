import type { ConfigValue } from "./engine";

/**
 * What the caller tells a rehearsal about the stacks, so that nothing here needs to know the program: it is read from the
 * stack files and the release files by `infra/config`.
 */
export interface StackToRehearse {
  stack: string;
  /** Systems of the stack that come up. */
  systems: string[];
  /** Settings of its file that are taken away, because their system or machine is not to come up: `flowfleet:flowmaster`, `flowfleet:hosts.main`. */
  leftOut: string[];
  /** Hosts that this stack owns; each gets a throwaway machine. `docker`, `node`: it is to have them. `sized`: the file says how large the real one is. `created`: the real one is made in AWS. */
  hosts: { name: string; ports: number[]; docker: boolean; node: boolean; sized: boolean; created?: boolean }[];
  /** Public DNS names and where they point: the ACME test CA validates them there. */
  names: { name: string; system: string; machine: string }[];
  /** Images that the releases of this stack name, with the stand-in that takes each one's place. */
  images: ImageToRehearse[];
  /** Registries that its machines log in to. */
  registries: string[];
  /** Archives that its releases name. */
  archives: ArchiveToRehearse[];
  /** Repositories that its releases name. */
  sources: SourceToRehearse[];
  /** Settings that name the distribution of a machine. */
  osSettings: string[];
  /** What of it is in AWS. */
  aws: OnAws[];
  /** Paths of secrets that the stack file lacks, or has as nobody here can read them, e.g. `flowfleet:flowmaster.databases.arango.password`. */
  missingSecrets: string[];
  /** In the place of the stack file where that has secrets of its own: its settings without them. */
  config?: Record<string, ConfigValue>;
}

/** Something that is in AWS: an emulator takes its place. */
export interface OnAws {
  /** Its key in the stack file: a system, `state`, or `outputs`. */
  part: string;
  region: string;
  /** The hosted zone of a name, and the setting that says which: the emulator has one of its own. No zone: the certificate is from elsewhere. */
  zone?: { name: string; setting: string };
  /** A task of it runs here, beside the emulator: all that it asks for is in AWS, too. */
  alone?: boolean;
}

export interface ImageToRehearse {
  system: string;
  service: string;
  image: string;
  /** Of what is in the image, where the release file has to tell it (databases). */
  version?: string;
}
export interface ArchiveToRehearse {
  system: string;
  service: string;
}
export interface SourceToRehearse {
  system: string;
  service: string;
  repository: string;
  ref: string;
}

/** Machine of a host in the estate, unique over stacks. */
export const machineName = (stack: string, host: string): string => `${stack}-${host}`;

/** An image that was built here and is in the local registry. */
export interface LocalImage extends ImageToRehearse {
  digest: string;
  builtAt: string;
}
/** An archive that was built here and that the local registry serves. */
export interface LocalArchive extends ArchiveToRehearse {
  /** Where machines fetch it. */
  archive: string;
  sha256: string;
  builtAt: string;
}
/** A commit that was made here and that the local git server has. */
export interface LocalSource extends SourceToRehearse {
  commit: string;
  builtAt: string;
}
/** What was built here in the place of the releases that the committed files name. */
export interface LocalReleases {
  images: LocalImage[];
  archives: LocalArchive[];
  sources: LocalSource[];
}

/** A release file's text for what was built here; the form is the program's. */
export type ReleaseFile = (stack: StackToRehearse, built: LocalReleases) => string;
