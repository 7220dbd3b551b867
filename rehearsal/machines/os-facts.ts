import type { ServerOs } from "./api";
import type { MachineSettings } from "./machine-settings";

export interface OsFacts {
  /** In a registry. */
  image: string;
  suite: string;
  components: string[];
  /** Suite → mirror to use where this machine has no opinion. */
  mirrors: Record<string, string>;
  /** Signs the mirror; from the package of that name on this machine, or out of the mirror when its fingerprint is this one. */
  keyring: { path: string; package: string; fingerprint?: string };
  /** debootstrap knows a suite by a script of that name; Debian's does not know every Ubuntu, though all of them take the same one. */
  script: string;
  /** What its bare server has beyond those of the others. */
  packages: string[];
  /** Its Docker is so new that it wants to write the settings of the network. */
  dockerWritesSettings: boolean;
}

const ubuntuMirror = process.arch === "x64" ? "http://archive.ubuntu.com/ubuntu" : "http://ports.ubuntu.com/ubuntu-ports";
const ubuntuSecurity = process.arch === "x64" ? "http://security.ubuntu.com/ubuntu" : ubuntuMirror;

const ubuntu = (suite: string, version: string): OsFacts => ({
  image: `ubuntu:${version}`,
  suite,
  components: ["main", "universe"],
  mirrors: { [suite]: ubuntuMirror, [`${suite}-updates`]: ubuntuMirror, [`${suite}-security`]: ubuntuSecurity },
  keyring: {
    path: "/usr/share/keyrings/ubuntu-archive-keyring.gpg",
    package: "ubuntu-keyring",
    // "Ubuntu Archive Automatic Signing Key (2018)"
    fingerprint: "F6ECB3762474EDA9D21B7022871920D1991BC93C",
  },
  script: "gutsy",
  packages: ["needrestart"],
  // 22.04 began with Docker 20.10; its updates brought a newer one.
  dockerWritesSettings: true,
});

export const osFacts: Record<ServerOs, OsFacts> = {
  "debian-12": {
    image: "debian:bookworm",
    suite: "bookworm",
    components: ["main"],
    mirrors: {
      bookworm: "http://deb.debian.org/debian",
      "bookworm-updates": "http://deb.debian.org/debian",
      "bookworm-security": "http://deb.debian.org/debian-security",
    },
    keyring: { path: "/usr/share/keyrings/debian-archive-keyring.gpg", package: "debian-archive-keyring" },
    script: "sid",
    packages: [],
    dockerWritesSettings: false,
  },
  "ubuntu-22.04": ubuntu("jammy", "22.04"),
  "ubuntu-24.04": ubuntu("noble", "24.04"),
};

/** The mirror of each suite: this machine's own where it has one. */
export const mirrorsFor = ({ mirrors }: OsFacts, settings: MachineSettings): Record<string, string> =>
  Object.fromEntries(Object.entries(mirrors).map(([suite, usual]) => [suite, settings.mirrors[suite] ?? usual]));

/** `sources.list`: every suite once. */
export const sourcesList = (facts: OsFacts, settings: MachineSettings): string =>
  Object.entries(mirrorsFor(facts, settings))
    .map(([suite, mirror]) => `deb ${mirror} ${suite} ${facts.components.join(" ")}\n`)
    .join("");
