import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dotenvText } from "../secrets/dotenv";
import { ecosystemText } from "./pm2-text";
import type { EcosystemText } from "./pm2-text";

const API: EcosystemText = {
  name: "api-gateway",
  folder: "@release@",
  cwd: undefined,
  script: "dist/main.js",
  arguments: [],
  interpreter: "node",
  nodeArguments: [],
  mode: "cluster",
  instances: 2,
  environment: { NODE_ENV: "production", ODD: 'a "b" @port@ \\' },
  secrets: true,
  switching: { by: "port", variable: "PORT" },
  home: "/opt/coreflow",
  logs: "/opt/coreflow/logs",
  memory: 512,
  stopTimeout: 30,
};
/** A program of the machine in a working copy. */
const DEV: EcosystemText = {
  ...API,
  folder: "/home/agent/workspace",
  cwd: "frontend",
  script: "npm",
  arguments: ["run", "dev", "--", "--hostname", "0.0.0.0", "--port", "3001"],
  interpreter: "none",
  mode: "fork",
  instances: 1,
  secrets: false,
  logs: undefined,
  switching: { by: "stop" },
};
const golden = (name: string) =>
  readFileSync(join(__dirname, "golden", name), "utf8")
    .trimEnd()
    .split("\n");

it.each([
  ["port", API],
  ["reload", { ...API, switching: { by: "reload", listenTimeout: 10 } } as const],
  ["stop", DEV],
])("the ecosystem file of one that switches by %s", (way, text) => {
  expect(ecosystemText(text)).toEqual(golden(`ecosystem-${way}.config.js`));
});

/** What PM2 sees, once the helper filled in its words. */
function loaded(text: EcosystemText, variables: Readonly<Record<string, string>> = {}): { apps: Record<string, unknown>[] } {
  const folder = mkdtempSync(join(tmpdir(), "ecosystem-"));
  try {
    const words = { name: "api-gateway-a", release: "/opt/api/releases/1", port: "13000", environment: join(folder, "env") };
    writeFileSync(words.environment, dotenvText(variables));
    const file = join(folder, "a.config.js");
    const filled = ecosystemText(text).map((line) =>
      line.replace(/@(name|release|port|environment)@/g, (_, word: keyof typeof words) => words[word]),
    );
    writeFileSync(file, filled.join("\n"));
    const out = execFileSync(process.execPath, ["-e", "console.log(JSON.stringify(require(process.argv[1])))", file], { encoding: "utf8" });
    return JSON.parse(out) as { apps: Record<string, unknown>[] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it("has the secret variables when PM2 loads it, whatever their values are made of, and the port last", () => {
  const variables = { PASSWORD: "it's = a #1", BACK: "a \\b", TOKEN: 'a "b" $HOME `x`', PORT: "1", EMPTY_QUOTES: "''" };
  const { apps } = loaded(API, variables);
  expect(apps).toHaveLength(1);
  expect(apps[0]).toMatchObject({ name: "api-gateway-a", cwd: "/opt/api/releases/1" });
  expect(apps[0]?.["env"]).toEqual({ NODE_ENV: "production", ODD: 'a "b" @port@ \\', ...variables, PORT: "13000" });
});

it("gives the port as an argument, too, in one word or two, after the others", () => {
  const args = (argument: string) =>
    loaded({ ...API, arguments: ["--all", "@name@"], switching: { by: "port", argument } }).apps[0]?.["args"];
  expect(args("--port")).toEqual(["--all", "@name@", "--port", "13000"]);
  expect(args("--port=")).toEqual(["--all", "@name@", "--port=13000"]);
});

it("finds an interpreter in the release", () => {
  const app = loaded({ ...API, interpreter: "./.venv/bin/python", mode: "fork", nodeArguments: ["--enable-source-maps"] }).apps[0];
  expect(app).toMatchObject({ interpreter: "/opt/api/releases/1/.venv/bin/python", node_args: ["--enable-source-maps"] });
  const of = (interpreter: string) => loaded({ ...API, interpreter }).apps[0]?.["interpreter"];
  expect([".venv/bin/python", "python3", "/usr/bin/python3"].map(of)).toEqual([app?.["interpreter"], "python3", "/usr/bin/python3"]);
});
