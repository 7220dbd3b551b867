import type { Fault } from "./fault";

/** What one part says of another, or takes from it. */
export const REFERENCES: readonly Fault[] = [
  {
    name: "a host that the stack does not have",
    from: "      name: coreflow",
    to: "      name: corflow",
    lines: [
      'Pulumi.demo.yaml:94:7 flowfleet:coreflow.host.name: is no host of this stack; got "corflow"; allowed: flowra, coreflow, flatlogic; did you mean "coreflow"?',
    ],
  },
  {
    name: "a stack that is not there",
    from: "stack: shared",
    to: "stack: shraed",
    lines: ['Pulumi.demo.yaml:41:7 flowfleet:flowmaster.host.stack: is no stack; got "shraed"; allowed: shared; did you mean "shared"?'],
  },
  {
    name: "a host that the other stack does not have",
    from: "      name: main",
    to: "      name: mian",
    lines: [
      'Pulumi.demo.yaml:42:7 flowfleet:flowmaster.host.name: is no host of stack shared; got "mian"; allowed: main; did you mean "main"?',
    ],
  },
  {
    name: "this stack as another",
    from: "stack: shared",
    to: "stack: demo",
    lines: ['Pulumi.demo.yaml:41:7 flowfleet:flowmaster.host.stack: is this stack itself; got "demo"; leave it out'],
  },
  {
    name: "a distribution that is not the machine's",
    from: "      name: main\n      os: ubuntu-24.04",
    to: "      name: main\n      os: debian-12",
    lines: [
      'Pulumi.demo.yaml:43:7 flowfleet:flowmaster.host.os: is not what Pulumi.shared.yaml flowfleet:hosts.main.os says; got "debian-12"; allowed: ubuntu-24.04; what decides the shape of the program is said here again',
    ],
  },
  {
    name: "the distribution of an own host twice",
    from: "      name: coreflow",
    to: "      name: coreflow\n      os: debian-12",
    lines: ['Pulumi.demo.yaml:95:7 flowfleet:coreflow.host.os: is only for a host of another stack; set it in "flowfleet:hosts.coreflow"'],
  },
  {
    name: "a borrowed host that lacks Docker",
    file: "Pulumi.shared.yaml",
    from: "      docker: {}\n",
    to: "",
    lines: [
      'Pulumi.demo.yaml:42:7 flowfleet:flowmaster.host.name: is a machine on which FlowMaster lacks Docker; got "main"; set Pulumi.shared.yaml flowfleet:hosts.main.docker to {}',
    ],
  },
  {
    name: "a borrowed host that lacks nginx",
    file: "Pulumi.shared.yaml",
    from: "      web: true\n",
    to: "",
    lines: [
      'Pulumi.demo.yaml:42:7 flowfleet:flowmaster.host.name: is a machine on which FlowMaster lacks nginx; got "main"; set Pulumi.shared.yaml flowfleet:hosts.main.web to true',
    ],
  },
  {
    name: "a pipeline's role that lacks what its jobs need, and a stack that its role cannot bring up",
    file: "Pulumi.shared.yaml",
    from: "      web: true\n",
    to: `      web: true
  flowfleet:state:
    account: "123456789012"
    region: eu-central-1
    pipelines:
      production:
        stack: demo
        deploy:
          github: {repository: acme/fleet, environment: production}
`,
    lines: [
      "Pulumi.demo.yaml:83:5 flowfleet:flowstack.aws.boundary: is not true, and the role of Pulumi.shared.yaml flowfleet:state.pipelines.production may make no role beyond its boundary; set it to true, and bring up shared first",
      "Pulumi.shared.yaml:14:7 flowfleet:state.pipelines.production.borrows: is not true, and the pipeline cannot read of this stack where Pulumi.demo.yaml flowfleet:flowmaster.host is; set it to true",
      'Pulumi.shared.yaml:14:7 flowfleet:state.pipelines.production.deployKey: is missing, and the pipeline gets no key for Pulumi.demo.yaml flowfleet:hosts.flowra; allowed: name of the parameter that has it, such as "/flowfleet/deploy-key/demo"; "agent": the runner\'s own agent has it',
      'Pulumi.shared.yaml:17:44 flowfleet:state.pipelines.production.deploy.github.environment: is not the name of the stack, as the environments of the jobs that deploy it are; got "production"; allowed: demo',
    ],
  },
  {
    name: "no host at all",
    from: "    host:\n      name: flatlogic\n",
    to: "",
    lines: [
      'Pulumi.demo.yaml:111:3 flowfleet:flatlogic.host.name: is missing; must be lower-case letters, digits and hyphens such as "flowmaster-staging"',
    ],
  },
  {
    name: "a git server without keys of its own",
    from: "      hostKeys:\n        - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs",
    to: "      hostKeys: []",
    lines: [
      'Pulumi.demo.yaml:35:7 flowfleet:git["git.example.com"].hostKeys: must name the server\'s public key, or anybody could answer in its place',
    ],
  },
  {
    name: "a port that is taken",
    from: "    ports:\n      kafka-ui: 8082",
    to: "    ports:\n      kafka-ui: 8081",
    lines: [
      "Pulumi.demo.yaml:103:7 flowfleet:coreflow.ports.kafka-ui: port 8081 is already taken by flowfleet:coreflow.ports.schema-registry; choose another on one of the two sides",
    ],
  },
  {
    name: "a port that the machine has",
    from: "FLOWRA_SERVER_PORT: 8080",
    to: "FLOWRA_SERVER_PORT: 6379",
    lines: [
      "Pulumi.demo.yaml:66:3 flowfleet:flowra: port 6379 (its redis, always) is already taken by flowfleet:flowra.variables.FLOWRA_SERVER_PORT; choose another on the other side",
    ],
  },
  {
    name: "a domain that is taken",
    from: "domain: coreflow.example.com",
    to: "domain: flowstack.example.com",
    lines: [
      "Pulumi.demo.yaml:95:5 flowfleet:coreflow.domain: domain flowstack.example.com is already taken by flowfleet:flowstack.domain; choose another on one of the two sides",
    ],
  },
  {
    name: "a subnet that is taken",
    from: "    maxBody: 50 MB",
    to: "    subnet: 10.90.3.0/33",
    lines: [
      'Pulumi.demo.yaml:44:5 flowfleet:flowmaster.subnet: must be an IPv4 subnet such as "10.90.2.0/24" whose address is its first; got "10.90.3.0/33"',
    ],
  },
  {
    name: "a port of the same system",
    from: "port: 5001",
    to: "port: 5000",
    lines: [
      "Pulumi.demo.yaml:46:7 flowfleet:flowmaster.backend.port: port 5000 is already taken by flowfleet:flowmaster.frontend.port; choose another on one of the two sides",
    ],
  },
];
