import { judged } from "../../components/host/judged";
import type { Recording } from "../../components/host/recording";
import { documentOf, RELEASE, run } from "./testing/program";

const chain = ({ steps }: Recording) => steps.map(({ noun, name }) => `${noun} ${name.replace("flatlogic-", "")}`);
const filesOf = (recording: Recording, step: string) =>
  documentOf(recording, `flatlogic-${step}-files`)["files"] as Record<string, { text: string[]; user: string; mode: string }>;
const linesOf = (recording: Recording, step: string, path: string): string[] => filesOf(recording, step)[path]?.text ?? [];
const releaseOf = (recording: Recording, process: string) => documentOf(recording, `flatlogic-${process}-release-switch`);
/** What PM2 is told, as JavaScript. */
const appOf = (recording: Recording, process: string): string =>
  (releaseOf(recording, process)["pm2"] as { text: string[] }).text.join("\n");

const BACKEND = "backend-variables-file";
const AGENT = "agent-variables-file";
const EXECUTOR = "executor-variables-file";

describe("in development mode", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await run();
  });

  it("comes up in this order: database, variables, workspace, processes, what looks after them, the way in", () => {
    expect(chain(recording)).toEqual([
      "claim claim-tenant",
      "packages database-server-apt",
      "files database-password-files",
      "postgres-local database-role",
      "files agent-variables-file-files",
      "files backend-variables-file-files",
      "files executor-variables-file-files",
      "workspace workspace-pull",
      "packages pm2-rotation-apt",
      "files pm2-unit-files",
      "release application-backend-release-switch",
      "release application-frontend-release-switch",
      "release executor-release-switch",
      "release telemetry-release-switch",
      "packages token-cleanup-rotation-apt",
      "files token-cleanup-timer-files",
      "files site-site-files",
      "packages tunnel-packages-apt",
      "files tunnel-token-files",
      "files tunnel-unit-files",
    ]);
  });

  it("claims its name and its ports, and no folder, for those are the platform's", () => {
    expect(documentOf(recording, "flatlogic-claim-tenant")).toMatchObject({
      system: "flatlogic",
      names: ["shop.dev.flatlogic.app"],
      ports: [8080, 3001, 3000],
      paths: [],
      containers: [],
      subnets: [],
    });
  });

  it("runs the guide's commands under the guide's names, one after the other on their fixed ports", () => {
    expect(releaseOf(recording, "application-backend")).toMatchObject({
      service: "flatlogic-backend",
      release: {
        workspace: `${RELEASE.repository}@${RELEASE.commit}`,
        directory: "/home/flatlogic/executor/workspace",
        builtAt: RELEASE.builtAt,
        rollback: false,
      },
      source: null,
      pm2: { user: "flatlogic", home: "/home/flatlogic", way: "stop", name: "backend-dev", instances: 1, links: {} },
      ports: [3000],
      health: { path: "/api-docs/" },
      deadline: 180,
      overlap: "never",
    });
    expect(releaseOf(recording, "application-frontend")).toMatchObject({
      service: "flatlogic-frontend",
      pm2: { way: "stop", name: "frontend-dev" },
      ports: [3001],
      health: { path: "/" },
      secrets: null,
    });
    expect(appOf(recording, "application-backend")).toMatch(
      /script: "npm",\n +args: \[\n +"run",\n +"start"\n +\],\n +interpreter: "none",\n +cwd: "\/home\/flatlogic\/executor\/workspace\/backend"/,
    );
    expect(appOf(recording, "application-frontend").replace(/\s+/g, " ")).toContain(
      'args: [ "run", "dev", "--", "--hostname", "127.0.0.1", "--port", "3001" ]',
    );
  });

  it("tells the backend its own port, which would be nginx's by default", () => {
    expect(appOf(recording, "application-backend").replace(/\s+/g, " ")).toContain(
      'env: { NODE_ENV: "dev_stage", AUTH_REFRESH_TOKEN_RETENTION_MS: "604800000", DB_HOST: "127.0.0.1", DB_PORT: "5432", ' +
        'DB_NAME: "app_40227", DB_USER: "app_40227", PORT: "3000" }',
    );
  });

  it("starts the platform's agent from its own folder", () => {
    for (const [process, name, script] of [
      ["executor", "fl-executor", "executor.js"],
      ["telemetry", "fl-telemetry", "telemetry-daemon.js"],
    ] as const) {
      expect(releaseOf(recording, process)).toMatchObject({ pm2: { way: "stop", name }, ports: [], health: { alive: 10 }, nginx: {} });
      expect(appOf(recording, process)).toContain(`script: "${script}",`);
      expect(appOf(recording, process)).toContain('cwd: "/home/flatlogic/executor",');
    }
  });

  it("has database and role of the project, with a password that no plan shows", () => {
    expect(documentOf(recording, "flatlogic-database-role")).toMatchObject({ role: "app_40227", database: "app_40227" });
    const shown = recording.resources
      .filter(({ type }) => !type.startsWith("random:"))
      .flatMap(({ inputs, secrets }) => Object.entries(inputs).filter(([key]) => !secrets.includes(key)));
    expect(JSON.stringify(shown)).not.toMatch(/flatlogic-(?:database-password|secret-key)-password|secret flatlogic/);
  });

  it("gives each process its own secrets alone", () => {
    expect(linesOf(recording, BACKEND, "/etc/flowfleet/flatlogic/backend.env")).toEqual([
      "DB_PASS='flatlogic-database-password-password'",
      "SECRET_KEY='flatlogic-secret-key-password'",
    ]);
    expect(linesOf(recording, EXECUTOR, "/etc/flowfleet/flatlogic/executor.env")).toEqual([
      "DB_PASS='flatlogic-database-password-password'",
    ]);
    expect(releaseOf(recording, "application-backend")["secrets"]).toMatchObject({ file: "/etc/flowfleet/flatlogic/backend.env" });
    expect(releaseOf(recording, "executor")["secrets"]).toMatchObject({ file: "/etc/flowfleet/flatlogic/executor.env" });
    expect(releaseOf(recording, "telemetry")["secrets"]).toBeNull();
  });

  it("writes the agent's file, which only the VM's user reads, with the keys of the guide", () => {
    expect(filesOf(recording, AGENT)["/home/flatlogic/executor/.env"]).toEqual({
      user: "flatlogic",
      group: "flatlogic",
      mode: "0600",
      text: [
        "BASE_DOMAIN='dev.flatlogic.app'",
        "CABLE_URL='wss://flatlogic.com/cable'",
        "DB_HOST='127.0.0.1'",
        "DB_NAME='app_40227'",
        "DB_PORT='5432'",
        "DB_USER='app_40227'",
        "FRONT_PORT='3001'",
        "FULL_DOMAIN='shop.dev.flatlogic.app'",
        "GEMINI_MODEL='gemini-2.5-pro'",
        "HOST_FQDN='pool-saas-1.example.com'",
        "PROJECT_ID='40227'",
        "PROJECT_UUID='secret flatlogic.variables.PROJECT_UUID'",
        "SUBDOMAIN='shop'",
      ],
    });
  });

  it("brings the workspace to the commit, with packages in both halves, and refuses one in which the frontend would not start", () => {
    expect(documentOf(recording, "flatlogic-workspace-pull")).toMatchObject({
      directory: "/home/flatlogic/executor/workspace",
      repository: RELEASE.repository,
      ref: "main",
      commit: RELEASE.commit,
      user: "flatlogic",
      install: ["backend", "frontend"],
      build: [],
      needs: { "frontend/scripts/serve.mjs": expect.stringContaining("--hostname") as string },
      timeout: 900,
    });
  });

  it("deletes expired refresh tokens at 03:30 with the backend's variables, and keeps what it printed", () => {
    const files = filesOf(recording, "token-cleanup-timer");
    const unit = files["/etc/systemd/system/flatlogic-token-cleanup.service"]?.text.join("\n");
    expect(files["/etc/systemd/system/flatlogic-token-cleanup.timer"]?.text).toContain("OnCalendar=*-*-* 03:30:00");
    expect(unit).toContain("EnvironmentFile=/etc/flowfleet/flatlogic/backend.env");
    expect(unit).toContain("AUTH_REFRESH_TOKEN_RETENTION_MS=604800000");
    expect(unit).toContain("WorkingDirectory=/home/flatlogic/executor/workspace/backend");
    expect(unit).toMatch(/ExecStart=.*>>\/home\/flatlogic\/token-cleanup\.log 2>&1" "npm" "run" "db:cleanup-tokens"$/m);
    expect(unit).toContain("OnFailure=flatlogic-token-cleanup-failed.service");
    expect(unit).not.toMatch(/DB_PASS|SECRET_KEY/);
  });

  it("is one origin on the loopback port that the tunnel leads to, with the project's own page for outages", () => {
    const site = linesOf(recording, "site-site", "/etc/nginx/flowfleet/sites/shop.dev.flatlogic.app.conf");
    const text = site.join("\n");
    expect(
      site.map((line) => line.trim()).filter((line) => /^(?:listen|location|proxy_pass|real_ip_header|proxy_read_timeout) /.test(line)),
    ).toEqual([
      "listen 127.0.0.1:8080;",
      "real_ip_header CF-Connecting-IP;",
      "location = /flowfleet-unavailable.html {",
      "location @flowfleet-unavailable {",
      "location / {",
      "proxy_read_timeout 86400s;",
      "proxy_pass http://flatlogic-frontend;",
      ...["= /api", "/api/", "= /api-docs", "/api-docs/"].flatMap((path) => [
        `location ${path} {`,
        "proxy_read_timeout 60s;",
        "proxy_pass http://flatlogic-backend;",
      ]),
    ]);
    expect(text).toContain("    error_page 403 = @flowfleet-unavailable;\n    try_files /502.html =502;");
    expect(text).toContain("client_max_body_size 50m;");
  });

  it("hands the tunnel its token in a file of root's, and to nobody else", () => {
    const holders = recording.steps.filter(({ document }) => JSON.stringify(document).includes("secret flatlogic.tunnel.token"));
    expect(holders.map(({ name }) => name)).toEqual(["flatlogic-tunnel-token-files"]);
  });

  it("says how long what is down, and what precedes it", () => {
    const { interruption } = recording.outputs["flatlogic-application"] as { interruption: string };
    expect(interruption).toMatch(
      /^frontend-dev down for about 10 s \(stop first\).*; backend-dev down for about 30 s \(stop first\).*; another commit is preceded by npm ci/,
    );
    expect(interruption).not.toContain("the agent restarts");
  });

  it("the helper takes every document", () => {
    expect(judged(recording.steps)).toEqual([]);
  });
});

describe("in compiled mode", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await run({ text: "    mode: compiled\n" });
  });

  it("builds both halves, and runs them under their other names as releases of the same services: none of the former is left", () => {
    expect(documentOf(recording, "flatlogic-workspace-pull")["build"]).toEqual([["npm", "run", "build"]]);
    expect(releaseOf(recording, "application-backend")).toMatchObject({ service: "flatlogic-backend", pm2: { name: "backend" } });
    expect(releaseOf(recording, "application-frontend")).toMatchObject({ service: "flatlogic-frontend", pm2: { name: "frontend" } });
    expect(appOf(recording, "application-backend").replace(/\s+/g, " ")).toMatch(
      /args: \[ "run", "start:production" \].*NODE_ENV: "dev_stage"/,
    );
    expect(appOf(recording, "application-frontend").replace(/\s+/g, " ")).toMatch(
      /args: \[ "run", "start", "--", "--hostname", "127\.0\.0\.1" \].*FRONT_PORT: "3001"/,
    );
  });

  it("says in the plan what becomes of the agent's own restarts", () => {
    const { interruption } = recording.outputs["flatlogic-application"] as { interruption: string };
    expect(interruption).toContain("the agent restarts backend-dev and frontend-dev after it pulled, which do not run in mode compiled");
  });
});

it("gives the optional groups to those who need them, and never the tunnel's", async () => {
  const recording = await run({
    variables: `      SMTP_HOST: smtp.example.com
      SMTP_PORT: 587
      SMTP_USER: shop
      SMTP_PASS: {secure: v1:x}
      EMAIL_USER: shop
      EMAIL_PASS: {secure: v1:x}
      GOOGLE_CLIENT_ID: google
      GOOGLE_CLIENT_SECRET: {secure: v1:x}
      DB_PASS: {secure: v1:x}
      SENTRY_DSN: {secure: v1:x}
`,
    text: `    more: {OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", SMTP_SECURE: "true", TELEMETRY_KEY: {secure: v1:x}}
    agent: {telemetry: false, tokens: {GITEA_TOKEN: {secure: v1:x}}}
`,
  });
  const names = (lines: string[]) => lines.map((line) => line.split("=")[0]);
  const smtp = ["SMTP_HOST", "SMTP_PASS", "SMTP_PORT", "SMTP_SECURE", "SMTP_USER"];
  const agent = names(linesOf(recording, AGENT, "/home/flatlogic/executor/.env"));
  expect(agent.filter((name) => /^(?:SMTP|OTEL|TELEMETRY|SENTRY|EMAIL|GOOGLE|DB_PASS|GITEA)/.test(String(name)))).toEqual([
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "SENTRY_DSN",
    ...smtp,
    "TELEMETRY_KEY",
  ]);
  expect(names(linesOf(recording, BACKEND, "/etc/flowfleet/flatlogic/backend.env"))).toEqual([
    "DB_PASS",
    "EMAIL_PASS",
    "GOOGLE_CLIENT_SECRET",
    "SECRET_KEY",
    "SMTP_PASS",
    "SMTP_SECURE",
  ]);
  expect(appOf(recording, "application-backend")).toMatch(
    /GOOGLE_CLIENT_ID: "google",[\s\S]*SMTP_HOST: "smtp\.example\.com",[\s\S]*EMAIL_USER: "shop",/,
  );
  expect(names(linesOf(recording, EXECUTOR, "/etc/flowfleet/flatlogic/executor.env"))).toEqual(["DB_PASS", "GITEA_TOKEN"]);
  expect(linesOf(recording, BACKEND, "/etc/flowfleet/flatlogic/backend.env")[0]).toBe("DB_PASS='secret flatlogic.variables.DB_PASS'");
  expect(recording.resources.filter(({ type }) => type.startsWith("random:")).map(({ name }) => name)).toEqual(["flatlogic-secret-key"]);
  expect(chain(recording).join()).not.toContain("telemetry-release");
  expect(judged(recording.steps)).toEqual([]);
});

it("deletes all data once for a word, before the backend that is to make them anew", async () => {
  const recording = await run({ text: "    reset: {word: november, confirm: app_40227}\n" });
  const steps = chain(recording);
  expect(steps.indexOf("once reset-run")).toBe(steps.indexOf("release application-backend-release-switch") - 1);
  expect(documentOf(recording, "flatlogic-reset-run")).toMatchObject({
    job: "flatlogic-reset",
    word: "november",
    command: ["npm", "run", "db:reset"],
    directory: "/home/flatlogic/executor/workspace/backend",
    secrets: { file: "/etc/flowfleet/flatlogic/backend.env" },
  });
  expect(appOf(recording, "application-backend")).toContain('FLOWFLEET_RESET: "november"');
  expect(judged(recording.steps)).toEqual([]);
});

it("leaves an account of the platform's as it is, and makes one where it is told to", async () => {
  const theirs = await run({ text: "    user: ubuntu\n" });
  expect(chain(theirs).slice(0, 2)).toEqual(["claim claim-tenant", "packages database-server-apt"]);
  expect(documentOf(theirs, "flatlogic-workspace-pull")).toMatchObject({ directory: "/home/ubuntu/executor/workspace", user: "ubuntu" });
  // The agent's folder, whose rights its own scripts change.
  expect(documentOf(theirs, "flatlogic-agent-variables-file-files")).not.toHaveProperty("directories");
  const without = await run({ text: "    agent: {executor: false, telemetry: false}\n" });
  const made = await run({ text: "    account: made\n" });
  expect(chain(made).slice(0, 4)).toEqual(["claim claim-tenant", "user user-account", "files home-files", "packages database-server-apt"]);
  expect(documentOf(made, "flatlogic-home-files")["directories"]).toEqual({
    "/home/flatlogic": { user: "flatlogic", group: "flatlogic", mode: "0711" },
  });
  const ownFolder = { "/home/flatlogic/executor": { user: "flatlogic", group: "flatlogic", mode: "0755" } };
  for (const one of [made, without]) expect(documentOf(one, "flatlogic-agent-variables-file-files")["directories"]).toEqual(ownFolder);
  expect(judged(made.steps)).toEqual([]);
});
