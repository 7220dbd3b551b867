import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { NGINX } from "../../stacks/coreflow/guide";
import { findingLine, plainLine } from "./places";
import { KEYS } from "./schema";
import {
  crossStackProblems,
  hostsOf,
  inspect,
  osSettings,
  readStack,
  releaseImages,
  sitesOf,
  type Stack,
  stackNames,
  stacksReferredBy,
} from "./stacks";

const ROOT = join(__dirname, "../..");
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs";
const DIGEST = `sha256:${"a".repeat(64)}`;
const RELEASES = `flowmaster:
  backend: {image: registry.example.com/flowmaster/backend, digest: "${DIGEST}", builtAt: 2026-11-20T10:00:00Z}
  frontend: {image: registry.example.com/flowmaster/frontend, digest: "${DIGEST}", builtAt: 2026-11-20T10:00:00Z}
`;

/** The problems of a stack file with these lines below `config:`. */
const problemsOf = (config: string, stack = "demo") => inspect(stack, `config:\n${config}`, () => RELEASES).problems;

/** FlowMaster with these settings and nothing wrong otherwise. */
const flowmaster = (settings = "", environment = "demo") => `  flowfleet:acme: {email: ops@example.com}
  flowfleet:flowmaster:
    environment: ${environment}
    host: {stack: shared, name: main}
    databases:
      arango: {host: arango.example.com, user: u, database: d, password: {secure: v1:x}}
      postgres: {host: postgres.example.com, user: u, database: d, password: {secure: v1:x}}
      redis: {host: redis.example.com, password: {secure: v1:x}}
    apiKeys: {gemini: {secure: v1:x}, openai: {secure: v1:x}, openrouter: {secure: v1:x}}
${settings}`;
const host = (settings = "") => `  flowfleet:hosts:
    main:
      address: 203.0.113.10
      hostKey: ${KEY}
${settings}`;

/** A committed stack as it is before anybody sets a secret. */
function withoutSecrets(stack: string): Stack {
  const document: unknown = parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8"), (_, value: unknown) =>
    value instanceof Object && "secure" in value ? undefined : value,
  );
  return inspect(stack, stringify(document), () => RELEASES);
}

describe("the committed stacks", () => {
  const stacks = stackNames(ROOT).map((stack) => readStack(ROOT, stack));

  it("have nothing wrong in them, alone and together", () => {
    expect(stacks.flatMap(({ problems }) => problems)).toEqual([]);
    expect(crossStackProblems(stacks)).toEqual([]);
  });

  it("have the guide's nginx.conf on CoreFlow's machine", () => {
    const { config } = readStack(ROOT, "prod");
    expect(config?.hosts["coreflow"]?.nginx).toEqual(NGINX);
    expect(Object.keys(NGINX.logFormats)).toContain(config?.coreflow?.logFormat);
  });

  it("lack secrets: each is named with the command that sets it", () => {
    // Whoever uses this has servers of their own.
    const anyServer = (text: string) => text.replace(/\["[^"]+"\]/, '["SERVER"]');
    const missing = withoutSecrets("prod").missingSecrets;
    const paths = [
      'git["SERVER"].deployKey',
      ...["databases.arango.password", "databases.postgres.password", "databases.redis.password"].map((path) => `flowmaster.${path}`),
      ...["apiKeys.gemini", "apiKeys.openai", "apiKeys.openrouter"].map((path) => `flowmaster.${path}`),
      ...["SANITY_API_TOKEN", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "BLOCKCHAIN_RPC_URL"].map(
        (name) => `coreflow.variables.${name}`,
      ),
    ];
    expect(missing.map(({ path, command }) => ({ path: anyServer(path), command: anyServer(command) }))).toEqual(
      paths.map((path) => ({
        path: `flowfleet:${path}`,
        command: `pulumi config set --stack prod --secret --path 'flowfleet:${path}'${path.endsWith(".deployKey") ? " < FILE" : ""}`,
      })),
    );
    expect(withoutSecrets("shared").missingSecrets.map(({ path }) => anyServer(path))).toEqual(['flowfleet:registries["SERVER"].password']);
  });

  it("put the four environments of FlowMaster on the one machine of the stack shared, and each Flowra and CoreFlow on their own", () => {
    const where = stacks.flatMap((stack) =>
      sitesOf(stack).map((site) => [stack.stack, site.system, site.host.stack, site.host.name, ...stacksReferredBy(stack)]),
    );
    expect(where).toEqual([
      ["demo", "flowmaster", "shared", "main", "shared"],
      ["dev", "flowmaster", "shared", "main", "shared"],
      ["dev", "flowra", "dev", "flowra", "shared"],
      ["dev", "flowra", "dev", "flowra", "shared"],
      ["dev", "flowstack", "dev", "flowstack", "shared"],
      ["local", "flowmaster", "local", "main"],
      ["prod", "flowmaster", "shared", "main", "shared"],
      ["prod", "flowra", "prod", "flowra", "shared"],
      ["prod", "flowra", "prod", "flowra", "shared"],
      ["prod", "coreflow", "prod", "coreflow", "shared"],
      ["prod", "coreflow", "prod", "coreflow", "shared"],
      ["staging", "flowmaster", "shared", "main", "shared"],
      ["staging", "flowra", "staging", "flowra", "shared"],
      ["staging", "flowra", "staging", "flowra", "shared"],
    ]);
    expect(stacks.flatMap((stack) => hostsOf(stack).map(({ name, web, protect }) => [stack.stack, name, web, protect]))).toEqual([
      ["dev", "flowra", true, true],
      ["dev", "flowstack", true, true],
      ["dev", "flatlogic", "private", true],
      ["local", "main", true, false],
      ["prod", "flowra", true, true],
      ["prod", "coreflow", true, true],
      ["shared", "main", true, true],
      ["staging", "flowra", true, true],
    ]);
    expect(stacks.flatMap(osSettings).sort()).toEqual([
      ...Array<string>(4).fill("flowfleet:flowmaster.host.os"),
      "flowfleet:hosts.coreflow.os",
      "flowfleet:hosts.flatlogic.os",
      ...Array<string>(3).fill("flowfleet:hosts.flowra.os"),
      "flowfleet:hosts.flowstack.os",
      ...Array<string>(2).fill("flowfleet:hosts.main.os"),
    ]);
  });
});

describe("a stack file", () => {
  it("with all that is needed has no problem, and names its images", () => {
    const stack = inspect("demo", `config:\n${flowmaster()}`, () => RELEASES);
    expect([stack.problems, stack.missingSecrets]).toEqual([[], []]);
    expect(releaseImages(stack)).toEqual(
      ["backend", "frontend"].map((service) => ({
        system: "flowmaster",
        service,
        image: `registry.example.com/flowmaster/${service}`,
        digest: DIGEST,
        builtAt: "2026-11-20T10:00:00Z",
        rollback: false,
      })),
    );
  });

  it("tells every problem at once, and missing secrets beside them", () => {
    const stack = inspect(
      "demo",
      `config:
  flowfleet:acme: {email: nobody}
  flowfleet:flowmaster:
    environment: qa
    host: {stack: shared}
    domain: https://demo.flow-master.ai/
    frontend: {port: 70000, limits: {memory: 1 gigabyte, cpus: 0}}
    backend: {health: {interval: soon, retries: 2.5}, workers: many, user: root}
    databases: {arango: {hots: arango.example.com, user: u, database: 7}, redis: redis.example.com}
    maxBody: 50 mb
`,
      () => RELEASES,
    );
    expect(stack.problems).toEqual([
      'Pulumi.demo.yaml flowfleet:acme.email: must be an e-mail address; got "nobody"',
      'Pulumi.demo.yaml flowfleet:flowmaster.environment: is none of the values allowed; got "qa"; allowed: production, staging, demo, development, local',
      'Pulumi.demo.yaml flowfleet:flowmaster.host.name: is missing; must be lower-case letters, digits and hyphens such as "flowmaster-staging"',
      'Pulumi.demo.yaml flowfleet:flowmaster.domain: must be a bare lower-case name such as "shop.example.com"; got "https://demo.flow-master.ai/"',
      'Pulumi.demo.yaml flowfleet:flowmaster.maxBody: must be a size such as "50 MB"; got "50 mb"; allowed: a whole number of MB or GB above zero',
      'Pulumi.demo.yaml flowfleet:flowmaster.backend.user: must be the numbers of a user that is not root and of a group, such as "10001:10001"; got "root"',
      'Pulumi.demo.yaml flowfleet:flowmaster.backend.health.interval: must be a time such as "30 seconds"; got "soon"; allowed: a whole number of seconds, minutes, hours or days',
      "Pulumi.demo.yaml flowfleet:flowmaster.backend.health.retries: must be a whole number; got 2.5; allowed: 1 to 20",
      'Pulumi.demo.yaml flowfleet:flowmaster.backend.workers: must be a whole number; got "many"; allowed: 1 to 64',
      "Pulumi.demo.yaml flowfleet:flowmaster.frontend.port: must be a port; got 70000; allowed: 1 to 65535",
      'Pulumi.demo.yaml flowfleet:flowmaster.frontend.limits.memory: must be a size such as "50 MB"; got "1 gigabyte"; allowed: a whole number of MB or GB above zero',
      "Pulumi.demo.yaml flowfleet:flowmaster.frontend.limits.cpus: must be a number; got 0; allowed: 0.1 to 512",
      "Pulumi.demo.yaml flowfleet:flowmaster.databases.arango.host: is missing; must be a bare address or name, without scheme, user or port",
      "Pulumi.demo.yaml flowfleet:flowmaster.databases.arango.database: must be text; put it in quotes; got 7",
      'Pulumi.demo.yaml flowfleet:flowmaster.databases.arango.hots: is not known; allowed: host, port, password, user, database; did you mean "host"?',
      "Pulumi.demo.yaml flowfleet:flowmaster.databases.postgres.host: is missing; must be a bare address or name, without scheme, user or port",
      "Pulumi.demo.yaml flowfleet:flowmaster.databases.postgres.user: is missing",
      "Pulumi.demo.yaml flowfleet:flowmaster.databases.postgres.database: is missing",
      "Pulumi.demo.yaml flowfleet:flowmaster.databases.redis: must be a group of settings; got string",
    ]);
    expect(stack.missingSecrets.map(({ path }) => path.replace("flowfleet:flowmaster.", ""))).toEqual([
      "databases.arango.password",
      "databases.postgres.password",
      "apiKeys.gemini",
      "apiKeys.openai",
      "apiKeys.openrouter",
    ]);
  });

  it.each([
    [
      "an unknown key",
      "  flowfleet:flowmster: {}\n  flowfleet:reapply: once\n",
      `flowfleet:flowmster: is not known; allowed: ${KEYS.join(", ")}; did you mean "flowmaster"?`,
    ],
    ["a host without key", "  flowfleet:hosts: {main: {address: 203.0.113.10}}\n", "flowfleet:hosts.main.hostKey: is missing"],
    [
      "an address with a user",
      `${host()}      user: deploy\n`.replace("203.0.113.10", "deploy@203.0.113.10"),
      'flowfleet:hosts.main.address: must be a bare address or name, without scheme, user or port; got "deploy@203.0.113.10"',
    ],
    ["no SSH port", host("      ssh: {ports: []}\n"), "flowfleet:hosts.main.ssh.ports: must name a port, or nobody can log in"],
    [
      "a host that is no network name",
      host().replace("main:", "Main Host:"),
      'flowfleet:hosts: must be named by lower-case letters, digits and hyphens; got "Main Host"',
    ],
    [
      "registries without a host",
      "  flowfleet:registries: {registry.example.com: {user: u, password: {secure: v1:x}}}\n",
      "flowfleet:registries: is only for a stack that owns a host; set it in the stack file of the host's owner",
    ],
    [
      "settings of an nginx that is not there",
      host("      nginx: {connections: 1024}\n"),
      "flowfleet:hosts.main.nginx: is for a machine that has nginx; set web, or leave it out",
    ],
    [
      "a word for what is not taken over",
      host("      takeOver: [apache]\n"),
      'flowfleet:hosts.main.takeOver[0]: is none of the values allowed; got "apache"; allowed: nginx, pm2, docker',
    ],
    [
      "something to take over that is not to be there",
      host("      web: true\n      takeOver: [nginx, docker]\n"),
      "flowfleet:hosts.main.takeOver[1]: is for a machine that is to have docker; set docker, or leave it out",
    ],
    [
      "something to take over twice",
      host("      web: true\n      takeOver: [nginx, nginx]\n"),
      'flowfleet:hosts.main.takeOver[1]: is there twice; got "nginx"; name it once',
    ],
    [
      "a git server without a host",
      `  flowfleet:git: {git.example.com: {hostKeys: ["${KEY}"], deployKey: {secure: v1:x}}}\n`,
      "flowfleet:git: is only for a stack that owns a host; set it in the stack file of the host's owner",
    ],
    [
      "a git server without a key of its own",
      `${host()}  flowfleet:git: {git.example.com: {hostKeys: [], deployKey: {secure: v1:x}}}\n`,
      'flowfleet:git["git.example.com"].hostKeys: must name the server\'s public key, or anybody could answer in its place',
    ],
    [
      "a secret in clear text",
      flowmaster().replace("openai: {secure: v1:x}", "openai: sk-canary"),
      "flowfleet:flowmaster.apiKeys.openai: is a secret and not encrypted; change the secret, then set it again: pulumi config set --stack demo --secret --path 'flowfleet:flowmaster.apiKeys.openai'",
    ],
    [
      "a secret that is no text",
      flowmaster().replace("openai: {secure: v1:x}", "openai: [sk-canary]"),
      "flowfleet:flowmaster.apiKeys.openai: must be text that is not empty",
    ],
    [
      "a secret in the place of a group",
      flowmaster().replace(/apiKeys: .*\n/, "apiKeys: sk-canary\n"),
      "flowfleet:flowmaster.apiKeys: must be a group of settings; got string",
    ],
    [
      "an encrypted value that is no secret",
      flowmaster("    branch: {secure: v1:x}\n"),
      "flowfleet:flowmaster.branch: is encrypted, but is no secret here; set it without --secret",
    ],
    [
      "a whole key that is encrypted",
      "  flowfleet:acme: {secure: v1:x}\n",
      "flowfleet:acme: is encrypted as a whole; encrypt only the secrets in it, each by its own path",
    ],
    [
      "no account at the ACME server",
      flowmaster().replace(/.*acme.*\n/, ""),
      "flowfleet:acme.email: is missing; the ACME server writes to it when a certificate is about to expire",
    ],
    [
      "another certificate's challenge",
      flowmaster("    certificate: {challenge: {type: dns}}\n"),
      'flowfleet:flowmaster.certificate.challenge.type: is none of the values allowed; got "dns"; allowed: http, rfc2136, cloudflare, files, self-signed',
    ],
    [
      "a host that the stack does not have",
      host() + flowmaster().replace("stack: shared, name: main", "name: mian"),
      'flowfleet:flowmaster.host.name: is no host of this stack; got "mian"; allowed: main; did you mean "main"?',
    ],
  ])("with %s", (_, config, problem) => {
    const problems = problemsOf(config);
    expect(problems).toContain(`Pulumi.demo.yaml ${problem}`);
    expect(problems.join()).not.toContain("canary");
  });

  it("whose own host has neither Docker nor nginx is not for FlowMaster", () => {
    expect(problemsOf(host() + flowmaster().replace("stack: shared, name: main", "name: main, os: debian-12"))).toEqual([
      'Pulumi.demo.yaml flowfleet:flowmaster.host.os: is only for a host of another stack; set it in "flowfleet:hosts.main"',
      "Pulumi.demo.yaml flowfleet:hosts.main.docker: FlowMaster needs Docker on its host; set it to {}",
      "Pulumi.demo.yaml flowfleet:hosts.main.web: FlowMaster needs nginx on its host; set it to true",
    ]);
  });

  it("that is no YAML says where", () => {
    expect(inspect("demo", "config:\n  flowfleet:acme: {email: [\n", () => RELEASES).findings.map(findingLine)[0]).toMatch(
      /^Pulumi\.demo\.yaml:3:1: is no YAML: /,
    );
  });

  it("takes numbers and truth values as the command line writes them, too", () => {
    expect(problemsOf(host('      port: "2222"\n      protect: "false"\n'))).toEqual([]);
  });

  it("of an unknown stack", () => {
    expect(readStack(ROOT, "qa").problems).toEqual([
      'Pulumi.qa.yaml: there is no such stack; got "qa"; allowed: demo, dev, local, prod, shared, staging',
    ]);
  });
});

describe("what only one may have", () => {
  it.each([
    [
      "port 5001",
      "    frontend: {port: 5001}\n",
      "flowfleet:flowmaster.backend.port: port 5001 is already taken by flowfleet:flowmaster.frontend.port",
    ],
    ["port 443", "    backend: {port: 443}\n", "flowfleet:flowmaster.backend.port: port 443 is already taken by flowfleet:hosts.main.web"],
    [
      "SSH's port",
      '    backend: {port: "22"}\n',
      "flowfleet:flowmaster.backend.port: port 22 is already taken by flowfleet:hosts.main.ssh.ports[0]",
    ],
  ])("%s in one stack", (_, settings, problem) => {
    const config = host("      docker: {}\n      web: true\n") + flowmaster(settings).replace("stack: shared, name: main", "name: main");
    expect(problemsOf(config)).toEqual([`Pulumi.demo.yaml ${problem}; choose another on one of the two sides`]);
  });

  it("is not found twice because something else is wrong", () => {
    expect(problemsOf(flowmaster("    frontend: {port: 5001}\n    maxBody: huge\n"))).toHaveLength(2);
  });

  it("in two stacks on one machine names both sides", () => {
    const [demo, staging] = [
      inspect("demo", `config:\n${flowmaster()}`, () => RELEASES),
      inspect(
        "staging",
        `config:\n${flowmaster("    domain: demo.flow-master.ai\n    backend: {port: 5000}\n    directory: /srv/flowmaster/demo\n    subnet: 10.90.0.0/16\n", "staging")}`,
        () => RELEASES,
      ),
    ];
    expect(crossStackProblems([demo, staging]).map(plainLine)).toEqual([
      "Pulumi.staging.yaml flowfleet:flowmaster.domain: domain demo.flow-master.ai is already taken by Pulumi.demo.yaml flowfleet:flowmaster.domain; choose another on one of the two sides",
      "Pulumi.staging.yaml flowfleet:flowmaster.backend.port: port 5000 is already taken by Pulumi.demo.yaml flowfleet:flowmaster.frontend.port; choose another on one of the two sides",
      "Pulumi.staging.yaml flowfleet:flowmaster.directory: directory /srv/flowmaster/demo is already taken by Pulumi.demo.yaml flowfleet:flowmaster.directory; choose another on one of the two sides",
      "Pulumi.staging.yaml flowfleet:flowmaster.subnet: subnet 10.90.0.0/16 is already taken by Pulumi.demo.yaml flowfleet:flowmaster.subnet; choose another on one of the two sides",
    ]);
  });

  it("may be the same on two machines, except for the domain", () => {
    const other = flowmaster("    domain: other.flow-master.ai\n").replace("stack: shared", "stack: elsewhere");
    expect(
      crossStackProblems([
        inspect("demo", `config:\n${flowmaster()}`, () => RELEASES),
        inspect("other", `config:\n${other}`, () => RELEASES),
      ]),
    ).toEqual([]);
  });
});
