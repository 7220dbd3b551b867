/** Distributions that the components are written for. */
export const OPERATING_SYSTEMS = ["debian-12", "ubuntu-22.04", "ubuntu-24.04"] as const;
export type OperatingSystem = (typeof OPERATING_SYSTEMS)[number];

/** What differs between the distributions and shows in a text or a list of packages. */
export interface Distribution {
  id: "debian" | "ubuntu";
  /** Suite of its apt repositories. */
  codename: string;
  /** Version of its nginx package. */
  nginx: readonly [number, number, number];
  /** Packages that it names in its own way. */
  docker: readonly string[];
}

const DISTRIBUTIONS: Record<OperatingSystem, Distribution> = {
  "debian-12": { id: "debian", codename: "bookworm", nginx: [1, 22, 1], docker: ["docker.io"] },
  "ubuntu-22.04": { id: "ubuntu", codename: "jammy", nginx: [1, 18, 0], docker: ["docker.io", "docker-buildx", "docker-compose-v2"] },
  "ubuntu-24.04": { id: "ubuntu", codename: "noble", nginx: [1, 24, 0], docker: ["docker.io", "docker-buildx", "docker-compose-v2"] },
};

export const distributionOf = (os: OperatingSystem): Distribution => DISTRIBUTIONS[os];

/** Whether a version is the wanted one or newer. */
export function isAtLeast(version: readonly number[], wanted: readonly number[]): boolean {
  const at = wanted.findIndex((part, index) => part !== (version[index] ?? 0));
  return at === -1 || (version[at] ?? 0) > (wanted[at] ?? 0);
}
