import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ts from "typescript";
import { parse, parseAllDocuments } from "yaml";
import type { Content, FormatName } from "./formats";
import { FORMATS } from "./formats";

const PLANNED = (JSON.parse(readFileSync(join(__dirname, "../golden/prod.json"), "utf8")) as { outputs: Record<string, unknown> }).outputs;
const CONTENT: Content = {
  stack: "prod",
  system: "flowmaster",
  outputs: {
    contract: 1,
    hosts: { main: { address: "203.0.113.10", port: 22 } },
    flowmaster: {
      url: "https://app.example.com",
      host: "203.0.113.10",
      deployPath: "/srv/$HOME/it's `here`",
      branch: "main",
      aliases: ["a.example.com", "b.example.com"],
      logs: [{ file: "/var/log/a" }],
      metrics: [],
      release: { "back-end": "registry.example.com/backend@sha256:1" },
    },
  },
};
const VARIABLES = {
  ALIASES: "a.example.com,b.example.com",
  APP_URL: "https://app.example.com",
  DEPLOY_BRANCH: "main",
  DEPLOY_PATH: "/srv/$HOME/it's `here`",
  RELEASE_BACK_END: "registry.example.com/backend@sha256:1",
  SERVER_HOST: "203.0.113.10",
};
/** What a shell could not be told together: an apostrophe and a dollar. */
const PLAIN = {
  ...CONTENT,
  outputs: { flowmaster: { ...(CONTENT.outputs["flowmaster"] as object), deployPath: '/srv/$HOME/"x" `date` \\n' } },
};
const write = (format: FormatName, content: Content = CONTENT) => FORMATS[format](content);

it("has the names of the guides for one system, and the system's name in front where there are several", () => {
  const lines = write("github", { stack: "prod", outputs: PLANNED }).split("\n");
  expect(lines).toContain("FLOWMASTER_SERVER_HOST=203.0.113.10");
  expect(lines).toContain("FLOWMASTER_DEPLOY_PATH=/opt/flowmaster-prod");
  expect(lines).toContain("FLOWMASTER_APP_URL=https://app.flow-master.ai");
  expect(lines).toContain("FLOWSTACK_AWS_CLUSTER=flowstack-production");
  expect(lines).toContain("HOSTS_FLOWRA_PORT=22");
  const names = lines.filter((line) => line !== "").map((line) => line.split("=")[0] ?? "");
  expect(names.filter((name) => !/^[A-Z][A-Z0-9_]*$/.test(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

describe("dotenv", () => {
  it("says to a shell what it says", () => {
    const folder = mkdtempSync(join(tmpdir(), "flowfleet-dotenv-"));
    try {
      const file = join(folder, "env");
      writeFileSync(file, write("dotenv", PLAIN));
      const said = execFileSync("env", ["-i", "bash", "--norc", "-c", 'set -a; . "$1"; env -0', "bash", file], { encoding: "utf8" });
      const read = Object.fromEntries(said.split("\0").map((line) => [line.split("=")[0] ?? "", line.slice(line.indexOf("=") + 1)]));
      expect(read).toMatchObject({ ...VARIABLES, DEPLOY_PATH: '/srv/$HOME/"x" `date` \\n' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("names what cannot be written, and not its value", () => {
    const secrets = { flowmaster: { KEY: "canary\nline" } };
    for (const format of ["dotenv", "gitlab"] as const) {
      expect(() => write(format, { ...PLAIN, secrets })).toThrow(/^KEY: /);
      expect(() => write(format, { ...PLAIN, secrets })).not.toThrow(/canary/);
    }
  });
});

it("json, yaml and ts are one tree, with the version of the contract that the stack was brought up with", () => {
  const tree = { contract: 1, flowmaster: CONTENT.outputs["flowmaster"] };
  expect(JSON.parse(write("json"))).toEqual(tree);
  expect(parse(write("yaml"))).toEqual(tree);
  const module = { exports: {} as { outputs?: unknown } };
  const { outputText, diagnostics } = ts.transpileModule(write("ts"), {
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  expect(diagnostics).toEqual([]);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  new Function("module", "exports", outputText)(module, module.exports);
  expect(module.exports.outputs).toEqual(tree);
});

it("k8s is a ConfigMap, with a Secret beside it where secrets were asked for", () => {
  const [configMap, ...none] = parseAllDocuments(write("k8s")).map((document) => document.toJS() as unknown);
  expect(configMap).toEqual({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "flowfleet-prod-flowmaster" }, data: VARIABLES });
  expect(none).toEqual([]);
  const secrets = { flowmaster: { JWT_SECRET: "007", KEY: "a\nb: 'c'\n", SERVER_HOST: "198.51.100.1" } };
  const [same, secret] = parseAllDocuments(write("k8s", { ...CONTENT, secrets })).map((document) => document.toJS() as unknown);
  expect(same).toEqual(configMap);
  expect(secret).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "flowfleet-prod-flowmaster" },
    type: "Opaque",
    stringData: { JWT_SECRET: "007", KEY: "a\nb: 'c'\n" },
  });
});

it("k8s puts what YAML 1.1 would read as another thing into quotes, in names too", () => {
  const words = ["yes", "off", "y", "0123", "1e3", "1:20", "1_000", "2026-11-20", "0b1", ".5", "~", "null"];
  const secrets = { flowmaster: { ...Object.fromEntries(words.map((word, index) => [`WORD_${index}`, word])), NO: "no", Y: "on" } };
  for (const version of ["1.1", "1.2"] as const) {
    const [, secret] = parseAllDocuments(write("k8s", { ...CONTENT, secrets }), { version, compat: null }).map(
      (document) => document.toJS() as { stringData: unknown },
    );
    expect(secret?.stringData).toEqual(secrets.flowmaster);
  }
});

/** As GitHub's runner reads the file: `NAME=value`, or `NAME<<END`, lines, `END`. */
function runnerReads(text: string): Record<string, string> {
  const read: Record<string, string> = {};
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line === "") continue;
    const [equals, heredoc] = [line.indexOf("="), line.indexOf("<<")];
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      read[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    const end = lines.indexOf(line.slice(heredoc + 2), at + 1);
    read[line.slice(0, heredoc)] = lines.slice(at + 1, end).join("\n");
    at = end;
  }
  return read;
}

it("github holds several lines, whatever is in them", () => {
  const secrets = { flowmaster: { KEY: "a=b\nEND\nEND_\n\nJWT<<END", LINE: "x<<y" } };
  expect(runnerReads(write("github", { ...CONTENT, secrets }))).toEqual({ ...VARIABLES, ...secrets.flowmaster });
});

describe("gitlab", () => {
  it("has lines that GitLab takes as they are", () => {
    const read = write("gitlab")
      .trimEnd()
      .split("\n")
      .map((line) =>
        /^(.*?)=(.*)$/
          .exec(line)
          ?.slice(1)
          .map((part) => part.trim()),
      );
    expect(Object.fromEntries(read as [string, string][])).toEqual(VARIABLES);
  });

  it("refuses what GitLab would refuse or change", () => {
    expect(() => write("gitlab", { stack: "prod", outputs: { ...PLANNED, price: "p".repeat(5000) } })).toThrow(
      /is \d+ bytes, and GitLab takes 5120: ask for one system/,
    );
    expect(() => write("gitlab", { ...CONTENT, secrets: { flowmaster: { KEY: " canary" } } })).toThrow(
      /^KEY: begins or ends with a space, which GitLab would take away$/,
    );
  });
});
