import type { Fault } from "./fault";

/** The release file. */
export const RELEASES: readonly Fault[] = [
  {
    name: "a release without digest",
    file: "releases/demo.yaml",
    from: "    digest: sha256:46ab9469d2b807916721685860e86c539d6c0895538dcbf4c92f218a1f114f57\n",
    to: "",
    lines: ['releases/demo.yaml:3:3 flowmaster.backend.digest: is missing; allowed: "sha256:" and 64 hexadecimal digits'],
  },
  {
    name: "an image with a tag",
    file: "releases/demo.yaml",
    from: "registry.example.com/flowmaster/backend",
    to: "registry.example.com/flowmaster/backend:latest",
    lines: [
      'releases/demo.yaml:4:5 flowmaster.backend.image: must be the repository of an image with its registry and without a tag, such as "registry.example.com/flowmaster/backend" or "docker.io/library/postgres"; got "registry.example.com/flowmaster/backend:latest"',
    ],
  },
  {
    name: "a service that is missing",
    file: "releases/demo.yaml",
    from: "  workspace:",
    to: "  worskpace:",
    lines: [
      "releases/demo.yaml:125:1 flatlogic.workspace: is missing; allowed: repository + ref + commit, with builtAt",
      'releases/demo.yaml:126:3 flatlogic.worskpace: is not known; allowed: workspace; did you mean "workspace"?',
    ],
  },
  {
    name: "an application that is not known",
    file: "releases/demo.yaml",
    from: "flatlogic:",
    to: "flatlogik:",
    lines: [
      "releases/demo.yaml:2:1 flatlogic: is missing; allowed: workspace; name a release of each service",
      'releases/demo.yaml:125:1 flatlogik: is not known; allowed: flowmaster, flowra, flowstack, coreflow, flatlogic; did you mean "flatlogic"?',
    ],
  },
  {
    name: "a time that is not in UTC",
    file: "releases/demo.yaml",
    from: "flowmaster/frontend\n    digest: sha256:ef806e7c4c33d38e1e24f955d83297ef1661aca7169ddc6e32d8838e18f883e3\n    builtAt: 2026-11-20T10:00:00Z",
    to: "flowmaster/frontend\n    digest: sha256:ef806e7c4c33d38e1e24f955d83297ef1661aca7169ddc6e32d8838e18f883e3\n    builtAt: yesterday",
    lines: [
      'releases/demo.yaml:10:5 flowmaster.frontend.builtAt: must be a time in UTC; got "yesterday"; allowed: such as "2026-11-20T10:00:00Z"',
    ],
  },
  {
    name: "a commit that is none",
    file: "releases/demo.yaml",
    from: "6f0d1c2b3a4958677869504132231405f6e7d8c9",
    to: "main",
    lines: [
      'releases/demo.yaml:129:5 flatlogic.workspace.commit: must be the whole name of a commit; got "main"; allowed: 40 hexadecimal digits, as git rev-parse prints',
    ],
  },
  {
    name: "a password in an address",
    file: "releases/demo.yaml",
    from: "ssh://git@git.example.com/flatlogic/40227-vm.git",
    to: "https://me:canary@git.example.com/flatlogic/40227-vm.git",
    lines: [
      'releases/demo.yaml:127:5 flatlogic.workspace.repository: must be the address of a git repository, by https without a password, or by ssh; allowed: such as "https://git.example.com/shop/api.git" or "ssh://git@git.example.com/shop/api.git"',
    ],
  },
  {
    name: "a database whose version is unknown",
    file: "releases/demo.yaml",
    from: "    version: 6.0.20\n",
    to: "",
    lines: ['releases/demo.yaml:29:3 flowra.mongodb.version: is missing; must be a version such as "24.0"'],
  },
  {
    name: "a release that is an archive where a commit is built",
    file: "releases/demo.yaml",
    from: "    repository: ssh://git@git.example.com/flatlogic/40227-vm.git",
    to: "    archive: https://example.com/a.tar.gz",
    lines: [
      'releases/demo.yaml:126:3 flatlogic.workspace: cannot be deployed from "archive"; allowed: repository + ref + commit, with builtAt',
    ],
  },
  {
    name: "a file that is not there",
    from: "config:\n",
    to: "config:\n  flowfleet:releases: elsewhere\n",
    lines: [
      "elsewhere/demo.yaml: there is no such file; it says which release of each application runs in this stack",
      "releases/demo.yaml: is not read: the releases of Pulumi.demo.yaml are in elsewhere/demo.yaml; take it away",
    ],
  },
  {
    name: "a release from a server without key",
    file: "releases/demo.yaml",
    from: "git.example.com/flatlogic/40227-vm.git",
    to: "git.example.org/flatlogic/40227-vm.git",
    lines: [
      'releases/demo.yaml:127:5 flatlogic.workspace.repository: is fetched by SSH from git.example.org, for which the stack has no key; set "flowfleet:git["git.example.org"]"',
    ],
  },
];
