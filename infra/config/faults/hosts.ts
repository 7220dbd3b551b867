import type { Fault } from "./fault";

/** Machines that the stack owns. */
export const HOSTS: readonly Fault[] = [
  {
    name: "a host without address",
    from: "      address: 203.0.113.31\n",
    to: "",
    lines: ["Pulumi.demo.yaml:4:5 flowfleet:hosts.flowra.address: is missing"],
  },
  {
    name: "a host without a key to pin",
    file: "Pulumi.shared.yaml",
    from: "      hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs\n",
    to: "",
    lines: ["Pulumi.shared.yaml:4:5 flowfleet:hosts.main.hostKey: is missing"],
  },
  {
    name: "a key that is none",
    file: "Pulumi.shared.yaml",
    from: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs",
    to: "SHA256:abc",
    lines: [
      'Pulumi.shared.yaml:6:7 flowfleet:hosts.main.hostKey: must begin with one of ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256; got "SHA256:abc"; take the line that "flowfleet bootstrap" printed, such as "ssh-ed25519 AAAA…"',
    ],
  },
  {
    name: "an address with a scheme",
    from: "203.0.113.31",
    to: "ssh://203.0.113.31",
    lines: [
      'Pulumi.demo.yaml:5:7 flowfleet:hosts.flowra.address: must be a bare address or name, without scheme, user or port; got "ssh://203.0.113.31"',
    ],
  },
  {
    name: "everybody, who is never banned",
    from: "        ports: [22]\n",
    to: "        ports: [22]\n        trusted: [203.0.113.0/24, 0.0.0.0/1]\n",
    lines: ['Pulumi.demo.yaml:15:35 flowfleet:hosts.flowra.ssh.trusted[1]: is everybody, so that nobody would be banned; got "0.0.0.0/1"'],
  },
  {
    name: "a port that is none",
    from: "ports: [22]",
    to: "ports: [22, 70000]",
    lines: ["Pulumi.demo.yaml:14:21 flowfleet:hosts.flowra.ssh.ports[1]: must be a port; got 70000; allowed: 1 to 65535"],
  },
  {
    name: "no port for SSH",
    from: "ports: [22]",
    to: "ports: []",
    lines: ["Pulumi.demo.yaml:14:9 flowfleet:hosts.flowra.ssh.ports: must name a port, or nobody can log in"],
  },
  {
    name: "an unknown system of a machine",
    from: "hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs\n      os: ubuntu-24.04\n      size:",
    to: "hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs\n      os: debian-11\n      size:",
    lines: [
      'Pulumi.demo.yaml:7:7 flowfleet:hosts.flowra.os: is none of the values allowed; got "debian-11"; allowed: debian-12, ubuntu-22.04, ubuntu-24.04',
    ],
  },
  {
    name: "machines under a name that is misspelt, which others have systems on",
    file: "Pulumi.shared.yaml",
    from: "flowfleet:hosts:",
    to: "flowfleet:hots:",
    lines: [
      'Pulumi.shared.yaml:3:3 flowfleet:hots: is not known; allowed: hosts, acme, releases, registries, git, reapply, state, outputs, policies, flowmaster, flowra, flowstack, coreflow, flatlogic; did you mean "hosts"?',
    ],
  },
  {
    name: "a setting that is misspelt",
    from: "        cpus: 4\n        memory: 8 GB\n        disk",
    to: "        cpus: 4\n        memroy: 8 GB\n        disk",
    lines: [
      "Pulumi.demo.yaml:18:7 flowfleet:hosts.coreflow.size.memory: is missing; allowed: a whole number of MB or GB above zero",
      'Pulumi.demo.yaml:20:9 flowfleet:hosts.coreflow.size.memroy: is not known; allowed: cpus, memory, disk, lenient; did you mean "memory"?',
    ],
  },
  {
    name: "a disk that is misspelt",
    from: "        disk: 100 GB",
    to: "        disc: 100 GB",
    lines: [
      'Pulumi.demo.yaml:21:9 flowfleet:hosts.coreflow.size.disc: is not known; allowed: cpus, memory, disk, lenient; did you mean "disk"?',
    ],
  },
  {
    name: "a size without unit",
    from: "memory: 8 GB\n      docker",
    to: "memory: 8\n      docker",
    lines: [
      "Pulumi.demo.yaml:10:9 flowfleet:hosts.flowra.size.memory: must be text; put it in quotes; got 8; allowed: a whole number of MB or GB above zero",
    ],
  },
  {
    name: "a machine that is too small",
    from: "        disk: 100 GB",
    to: "        disk: 50 GB",
    lines: [
      "Pulumi.demo.yaml:18:7 flowfleet:hosts.coreflow.size: is too small for CoreFlow in staging: disk 50 GB; the guide asks for cpus: 4, memory: 8 GB, disk: 100 GB in staging",
    ],
  },
  {
    name: "a machine that is not said to have Docker",
    from: "      docker: {}\n      web: true\n      ssh",
    to: "      web: true\n      ssh",
    lines: ["Pulumi.demo.yaml:4:5 flowfleet:hosts.flowra.docker: Flowra needs Docker on its host; set it to {}"],
  },
  {
    name: "an open web server behind a tunnel",
    from: "web: private",
    to: "web: true",
    lines: [
      "Pulumi.demo.yaml:30:7 flowfleet:hosts.flatlogic.web: Flatlogic needs nginx, without any port that is open to the outside, on its host; set it to private",
    ],
  },
  {
    name: "a word for what is not taken over",
    from: "[nginx]",
    to: "[apache]",
    lines: [
      'Pulumi.demo.yaml:25:18 flowfleet:hosts.coreflow.takeOver[0]: is none of the values allowed; got "apache"; allowed: nginx, pm2, docker',
    ],
  },
  {
    name: "something to take over that is not to be there",
    from: "web: private",
    to: "web: private\n      takeOver: [docker]",
    lines: [
      "Pulumi.demo.yaml:31:18 flowfleet:hosts.flatlogic.takeOver[0]: is for a machine that is to have docker; set docker, or leave it out",
    ],
  },
  {
    name: "settings of an nginx that is not there",
    from: "web: private",
    to: "nginx: {connections: 1024}",
    lines: [
      "Pulumi.demo.yaml:26:5 flowfleet:hosts.flatlogic.web: Flatlogic needs nginx, without any port that is open to the outside, on its host; set it to private",
      "Pulumi.demo.yaml:30:7 flowfleet:hosts.flatlogic.nginx: is for a machine that has nginx; set web, or leave it out",
    ],
  },
  {
    name: "truth that is none",
    from: "      takeOver: [nginx]",
    to: "      audit: maybe",
    lines: ['Pulumi.demo.yaml:25:7 flowfleet:hosts.coreflow.audit: must be true or false; got "maybe"'],
  },
  {
    name: "two hosts at one address",
    from: "203.0.113.35",
    to: "203.0.113.34",
    lines: [
      "Pulumi.demo.yaml:27:7 flowfleet:hosts.flatlogic.address: machine 203.0.113.34:22 is already taken by flowfleet:hosts.coreflow.address; choose another on one of the two sides",
    ],
  },
  {
    name: "a machine of another stack at one address",
    file: "Pulumi.shared.yaml",
    from: "203.0.113.10",
    to: "203.0.113.34",
    lines: [
      "Pulumi.shared.yaml:5:7 flowfleet:hosts.main.address: machine 203.0.113.34:22 is already taken by Pulumi.demo.yaml flowfleet:hosts.coreflow.address; choose another on one of the two sides",
    ],
  },
  {
    name: "a host that is named badly",
    from: "    flatlogic:\n      address",
    to: "    Flatlogic VM:\n      address",
    lines: [
      'Pulumi.demo.yaml:3:3 flowfleet:hosts: must be named by lower-case letters, digits and hyphens; got "Flatlogic VM"',
      'Pulumi.demo.yaml:113:7 flowfleet:flatlogic.host.name: is no host of this stack; got "flatlogic"; allowed: flowra, coreflow, Flatlogic VM; did you mean "Flatlogic VM"?',
    ],
  },
];
