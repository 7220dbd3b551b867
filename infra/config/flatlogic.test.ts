import { hostsOf, inspect, sitesOf } from "./stacks";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs";
const COMMIT = "c".repeat(40);
const RELEASES = `flatlogic: {workspace: {repository: "https://git.example.com/flatlogic/40227-vm.git", ref: main, commit: ${COMMIT}, builtAt: 2026-11-20T10:00:00Z}}`;
const HOST = `{address: 203.0.113.34, hostKey: ${KEY}, node: {}, web: private}`;

/** A stack file with the VM, with further variables and further settings. */
const file = (variables = "", settings = "", host = HOST) => `config:
  flowfleet:hosts:
    flatlogic: ${host}
  flowfleet:flatlogic:
    host: {name: flatlogic}
    tunnel: {token: {secure: v1:x}}
    variables:
      PROJECT_UUID: {secure: v1:x}
      PROJECT_ID: 40227
      SUBDOMAIN: shop
      HOST_FQDN: pool-saas-1.example.com
      CABLE_URL: wss://flatlogic.com/cable
      GEMINI_MODEL: gemini-2.5-pro
${variables}${settings}`;
const read = (text: string) => inspect("dev", text, () => RELEASES);
const problemsOf = (variables: string, settings?: string, host?: string) =>
  read(file(variables, settings, host)).problems.map((problem) => problem.replace("Pulumi.dev.yaml flowfleet:flatlogic.", ""));

it("has the guide's values where nothing is said, and no site that its machine would serve to the outside", () => {
  const stack = read(file());
  expect([stack.problems, stack.missingSecrets, sitesOf(stack)]).toEqual([[], [], []]);
  expect(hostsOf(stack).map(({ web, docker }) => [web, docker])).toEqual([["private", undefined]]);
  const { variables, tunnel, ...settings } = stack.config?.flatlogic ?? {};
  expect(settings).toEqual({
    host: { name: "flatlogic", os: "debian-12", state: "present" },
    mode: "development",
    user: "flatlogic",
    home: "/home/flatlogic",
    account: "platform",
    more: {},
    rotation: {},
    agent: { executor: true, telemetry: true, tokens: {} },
    cleanup: { at: "03:30" },
    deadlines: { frontend: "60 seconds", backend: "3 minutes" },
    installTimeout: "15 minutes",
    maxBody: "50 MB",
    apiTimeout: "60 seconds",
    websocketTimeout: "24 hours",
  });
  expect(variables).toMatchObject({
    NODE_ENV: "dev_stage",
    AUTH_REFRESH_TOKEN_RETENTION_MS: 604_800_000,
    BASE_DOMAIN: "dev.flatlogic.app",
  });
  expect(String(tunnel?.token)).toBe("[secret]");
});

it("names the secrets that nobody has set", () => {
  const text = file().replace("    tunnel: {token: {secure: v1:x}}\n", "").replace("      PROJECT_UUID: {secure: v1:x}\n", "");
  const { problems, missingSecrets } = read(text);
  expect(problems).toEqual([]);
  expect(missingSecrets.map(({ path }) => path)).toEqual([
    "flowfleet:flatlogic.variables.PROJECT_UUID",
    "flowfleet:flatlogic.tunnel.token",
  ]);
});

it("tells all that is missing where a group has nothing below it", () => {
  const { problems, missingSecrets } = read(file().replace(/^ {6}.*\n/gm, ""));
  const missing = [
    "PROJECT_ID: is missing; allowed: 1 to 999999999",
    'CABLE_URL: is missing; must be an address such as "wss://example.com/cable"',
    "GEMINI_MODEL: is missing",
    'SUBDOMAIN: is missing; must be lower-case letters, digits and hyphens such as "flowmaster-staging"',
    'HOST_FQDN: is missing; must be a bare lower-case name such as "shop.example.com"',
  ];
  expect(problems).toEqual(missing.map((problem) => `Pulumi.dev.yaml flowfleet:flatlogic.variables.${problem}`));
  expect(missingSecrets.map(({ path }) => path)).toEqual(["flowfleet:flatlogic.variables.PROJECT_UUID"]);
});

it("tells every problem of its settings at once", () => {
  const variables = `      NODE_ENV: development
      AUTH_REFRESH_TOKEN_RETENTION_MS: 7 days
      ALLOWED_ORIGINS: https://shop.example.com
      BASE_DOMAIN: https://dev.flatlogic.app
      SUBDOMIAN: shop
`;
  const settings = `    mode: production
    user: Deploy
    cleanup: {at: 3.30}
    reset: {word: November 2026, confirm: app_40227}
`;
  expect(problemsOf(variables, settings)).toEqual([
    'mode: is none of the values allowed; got "production"; allowed: development, compiled',
    'user: must be the name of an account other than root; got "Deploy"; allowed: such as "flowra"',
    'variables.NODE_ENV: is none of the values allowed; got "development"; allowed: dev_stage, production',
    'variables.ALLOWED_ORIGINS: must be a list; got string; write its elements below it, each on a line of its own after "- "',
    'variables.AUTH_REFRESH_TOKEN_RETENTION_MS: must be a whole number; got "7 days"; allowed: 3600000 to 315360000000',
    'variables.BASE_DOMAIN: must be a bare lower-case name such as "shop.example.com"; got "https://dev.flatlogic.app"',
    expect.stringMatching(/^variables\.SUBDOMIAN: is not known; allowed: NODE_ENV, .*; did you mean "SUBDOMAIN"\?$/) as string,
    "cleanup.at: must be text; put it in quotes; got 3.3",
    'reset.word: must be lower-case letters, digits and hyphens such as "flowmaster-staging"; got "November 2026"',
  ]);
});

describe("what the guide says goes wrong", () => {
  it.each([
    [
      "strict production, whose check nothing satisfies",
      "      NODE_ENV: production\n      PORT: 3000\n",
      [
        "variables.NODE_ENV: cannot be strict production: it requires ALLOWED_ORIGINS, which the platform doesn't set, and the backend will crash on startup; " +
          'got "production"; allowed: dev_stage; leave it out: compiled builds are flowfleet:flatlogic.mode; or set flowfleet:flatlogic.variables.ALLOWED_ORIGINS',
      ],
    ],
    [
      "strict production with what it needs",
      "      NODE_ENV: production\n      PORT: 3000\n      ALLOWED_ORIGINS: [https://shop.example.com]\n",
      [],
    ],
    [
      "the backend's default port where it counts",
      "      NODE_ENV: production\n      ALLOWED_ORIGINS: [https://shop.example.com]\n",
      ["variables.PORT: is missing, and its default is 8080, where nginx listens for the tunnel; set another one, such as 3000"],
    ],
    [
      "nginx's port",
      "      PORT: 8080\n",
      ["variables.PORT: is where nginx listens for the tunnel; got 8080; set another one, such as 3000"],
    ],
    [
      "a port that dev_stage ignores",
      "      PORT: 4000\n",
      ["variables.PORT: changes nothing: with NODE_ENV=dev_stage the backend listens on 3000; got 4000; leave it out"],
    ],
    [
      "the frontend's port",
      "      NODE_ENV: production\n      PORT: 3001\n      ALLOWED_ORIGINS: [https://shop.example.com]\n",
      ["variables.PORT: port 3001 is already taken by flowfleet:flatlogic (its frontend, always); choose another on this side"],
    ],
    ["no key", '      SECRET_KEY: ""\n', ["variables.SECRET_KEY: must be text that is not empty"]],
    [
      "a key that everybody knows",
      "      SECRET_KEY: changeme\n",
      [
        "variables.SECRET_KEY: is a default or a placeholder that everybody knows; leave it out, and one of 256 bits is generated; if data that exist were made with it, change it there first",
      ],
    ],
    [
      "credentials of the database that are not the machine's",
      "      DB_HOST: db.example.com\n      DB_USER: postgres\n      DB_NAME: shop\n",
      [
        "variables.DB_HOST: is decided by the stack: the stack runs PostgreSQL on the machine; leave it out",
        "variables.DB_NAME: is decided by the stack: it is app_<PROJECT_ID>; leave it out",
        "variables.DB_USER: is decided by the stack: it is app_<PROJECT_ID>; leave it out",
      ],
    ],
  ])("%s", (_, variables, problems) => {
    expect(problemsOf(variables)).toEqual(problems);
  });
});

it.each([
  ["GOOGLE_CLIENT_ID: x", ["GOOGLE_CLIENT_SECRET"], "GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET"],
  ["MS_CLIENT_SECRET: {secure: v1:x}", ["MS_CLIENT_ID"], "MS_CLIENT_ID, MS_CLIENT_SECRET"],
  ["SMTP_HOST: mail.example.com", ["SMTP_PORT", "SMTP_USER", "SMTP_PASS"], "SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASS"],
  ["EMAIL_USER: x", ["EMAIL_PASS"], "EMAIL_USER, EMAIL_PASS"],
  ["MAIL_FROM: x@example.com", ["MAIL_FROM_NAME"], "MAIL_FROM, MAIL_FROM_NAME"],
])("a group is whole or not there: %s", (given, missing, all) => {
  const [first = ""] = given.split(":");
  expect(problemsOf(`      ${given}\n`)).toEqual(
    missing.map((name) => `variables.${name}: is missing beside ${first}; set all of ${all}, or none`),
  );
});

it("lets the tunnel's variables reach nobody", () => {
  const tunnels = "belongs to the tunnel alone, and no process of PM2 may have it; its token is flowfleet:flatlogic.tunnel.token";
  expect(
    problemsOf(
      "      CF_TUNNEL_TOKEN: {secure: v1:x}\n",
      "    more: {CF_TUNNEL_ID: x}\n    agent: {tokens: {CF_TUNNEL_TOKEN: {secure: v1:x}}}\n",
    ),
  ).toEqual([
    "variables.CF_TUNNEL_TOKEN: is decided by the stack: it is the tunnel's alone, which has it from flowfleet:flatlogic.tunnel.token; leave it out",
    `more.CF_TUNNEL_ID: ${tunnels}`,
    `agent.tokens.CF_TUNNEL_TOKEN: ${tunnels}`,
  ]);
});

it("knows further variables by their beginning alone, and keeps the agent's tokens apart from the application's variables", () => {
  const settings = `    more: {OTEL_SERVICE_NAME: shop, PATH: /tmp, SMTP_HOST: x, TELEMETRY_KEY: {secure: v1:x}}
    agent: {tokens: {DB_PASS: {secure: v1:x}, "a-b": {secure: v1:x}, NODE_OPTIONS: {secure: v1:x}, GITEA_TOKEN: {secure: v1:x}}}
`;
  expect(problemsOf("", settings)).toEqual([
    ...["SMTP_HOST", "SMTP_PORT", "SMTP_USER", "SMTP_PASS"].map(
      (name) => `variables.${name}: is missing beside SMTP_HOST; set all of SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASS, or none`,
    ),
    "more.PATH: is no variable of the platform; allowed: what begins with TELEMETRY_, OTEL_, SMTP_, EMAIL_, MAIL_",
    "more.SMTP_HOST: has a place of its own; set flowfleet:flatlogic.variables.SMTP_HOST",
    "agent.tokens.DB_PASS: is a variable of the application, which the agent's restarts would overwrite; give the token another name",
    "agent.tokens.a-b: is no name of a variable",
    "agent.tokens.NODE_OPTIONS: decides how programs run, which is not the agent's to say",
  ]);
  expect(problemsOf("", "    agent: {executor: false, tokens: {GITEA_TOKEN: {secure: v1:x}}}\n")).toEqual([
    "agent.tokens: is for fl-executor, which flowfleet:flatlogic.agent.executor says is not there",
  ]);
});

it("deletes all data only for somebody who names them", () => {
  expect(problemsOf("", "    reset: {word: november, confirm: app_40227}\n")).toEqual([]);
  expect(problemsOf("", '    reset: {word: november, confirm: "yes"}\n')).toEqual([
    'reset.confirm: must be the name of the database: db:reset deletes all data in it, once for each flowfleet:flatlogic.reset.word; got "yes"; allowed: app_40227',
  ]);
  expect(problemsOf("", "    reset: {word: november}\n")).toEqual([
    "reset.confirm: is missing; allowed: name of the database, such as app_40227: db:reset deletes all data in it",
  ]);
});

it("needs Node.js and an nginx that nobody outside reaches, and no Docker", () => {
  expect(problemsOf("", "", `{address: 203.0.113.34, hostKey: ${KEY}}`)).toEqual([
    "Pulumi.dev.yaml flowfleet:hosts.flatlogic.node: Flatlogic needs Node.js on its host; set it to {}",
    "Pulumi.dev.yaml flowfleet:hosts.flatlogic.web: Flatlogic needs nginx, without any port that is open to the outside, on its host; set it to private",
  ]);
  expect(problemsOf("", "", HOST.replace("private", "open"))[0]).toBe(
    'Pulumi.dev.yaml flowfleet:hosts.flatlogic.web: must be true, false or "private"; got "open"',
  );
});

it("asks no ACME server, and shares no port with SSH", () => {
  expect(problemsOf("", "", HOST.replace("node: {}", "node: {}, ssh: {ports: [22, 8080]}"))).toEqual([
    "Pulumi.dev.yaml flowfleet:flatlogic: port 8080 (its nginx, always) is already taken by flowfleet:hosts.flatlogic.ssh.ports[1]; choose another on the other side",
  ]);
});
