/**
 * What the caller tells a rehearsal about the stacks, so that nothing here needs to know the program: it is read from the
 * stack files and the release files by `infra/config`.
 */
export interface StackToRehearse {
  stack: string;
  /** Hosts that this stack owns; each gets a throwaway machine. */
  hosts: { name: string; ports: number[] }[];
  /** Public DNS names and where they point: the ACME test CA validates them there. */
  names: { name: string; system: string; machine: string }[];
  /** Images that the releases of this stack name, with the stand-in that takes each one's place. */
  images: { system: string; service: string; image: string }[];
  /** Settings that name the distribution of a machine. */
  osSettings: string[];
  /** Paths of secrets that the stack file lacks, e.g. `flowfleet:flowmaster.databases.arango.password`. */
  missingSecrets: string[];
}

/** Machine of a host in the estate, unique over stacks. */
export const machineName = (stack: string, host: string): string => `${stack}-${host}`;

/** A release file's text for locally built images; the form is the program's. */
export type ReleaseFile = (stack: StackToRehearse, digests: LocalImage[]) => string;
export interface LocalImage {
  system: string;
  service: string;
  image: string;
  digest: string;
  builtAt: string;
}
