import type { Fault } from "./fault";

/** FlowStack on AWS. */
export const AWS: readonly Fault[] = [
  {
    name: "an account without quotes",
    from: '"123456789012"',
    to: "123456789012",
    lines: ["Pulumi.demo.yaml:84:7 flowfleet:flowstack.aws.account: must be text; put it in quotes; got 123456789012"],
  },
  {
    name: "a setting that belongs below another",
    from: "    aws:\n      account",
    to: "    database: {multiAz: false}\n    aws:\n      account",
    lines: [
      'Pulumi.demo.yaml:83:5 flowfleet:flowstack.database: is not known; allowed: environment, domain, branch, seed, mount, user, readOnly, limits, health, drain, stopTimeout, idleTimeout, variables, secrets, rotation, protect, host, directory, composeFile, subnet, volume, certificate, maxBody, postgres, aws; did you mean "rotation.database" or "aws.database"?',
    ],
  },
  {
    name: "a region that is none",
    from: "region: eu-central-1",
    to: "region: eu-centrl-1",
    lines: [
      'Pulumi.demo.yaml:85:7 flowfleet:flowstack.aws.region: is no region of AWS\'s public cloud; got "eu-centrl-1"; did you mean "eu-central-1"?',
    ],
  },
  {
    name: "one zone",
    from: "[eu-central-1a, eu-central-1b]",
    to: "[eu-central-1a]",
    lines: [
      'Pulumi.demo.yaml:87:9 flowfleet:flowstack.aws.network.zones: must be two or three zones; got "eu-central-1a"; allowed: such as eu-central-1a, eu-central-1b; load balancers and databases need a second one for when the first is gone',
    ],
  },
  {
    name: "zones of another region",
    from: "[eu-central-1a, eu-central-1b]",
    to: "[eu-west-1a, eu-west-1b]",
    lines: ['Pulumi.demo.yaml:87:9 flowfleet:flowstack.aws.network.zones: must be zones of eu-central-1; got "eu-west-1a, eu-west-1b"'],
  },
  {
    name: "no hosted zone",
    from: "      entrance:\n        zone: Z0123456789ABCDEFGHIJ\n",
    to: "",
    lines: [
      "Pulumi.demo.yaml:83:5 flowfleet:flowstack.aws.entrance.zone: is missing: HTTPS needs a certificate, which AWS gives to whoever can write into the domain's zone; set the id of the hosted zone in Route 53, or the ARN of a certificate in certificate",
    ],
  },
  {
    name: "a pair of sizes that Fargate does not have",
    from: "      memory: 2 GB\n    aws",
    to: "      memory: 9 GB\n    aws",
    lines: [
      'Pulumi.demo.yaml:80:5 flowfleet:flowstack.limits: is no pair of CPU and memory that Fargate has; got "1 vCPU, 9 GB"; allowed: 0.25 vCPU: 0.5/1/2 GB, 0.5 vCPU: 1 to 4 GB, 1 vCPU: 2 to 8 GB, 2 vCPU: 4 to 16 GB, 4 vCPU: 8 to 30 GB, 8 vCPU: 16 to 60 in steps of 4 GB, 16 vCPU: 32 to 120 in steps of 8 GB',
    ],
  },
  {
    name: "a setting that is for machines",
    from: "    domain: flowstack.example.com",
    to: "    domain: flowstack.example.com\n    directory: /opt/flowstack",
    lines: ["Pulumi.demo.yaml:80:5 flowfleet:flowstack.directory: is for what runs on a machine; leave it out"],
  },
  {
    name: "a machine and AWS",
    from: "    domain: flowstack.example.com",
    to: "    domain: flowstack.example.com\n    host: {name: flowra}",
    lines: ["Pulumi.demo.yaml:80:5 flowfleet:flowstack.host: is not for what runs on AWS; leave out host, or aws"],
  },
];
