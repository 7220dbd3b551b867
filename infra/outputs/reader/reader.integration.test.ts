import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONTRACT } from "../version";
import { declarationText } from "./testing/declaration";

const ROOT = join(__dirname, "../../..");
const DECLARATION = join(__dirname, "index.d.ts");

it("has the types of the contract", () => {
  const format = [join(ROOT, "node_modules/prettier/bin/prettier.cjs"), "--stdin-filepath", DECLARATION];
  const made = execFileSync(process.execPath, format, { cwd: ROOT, input: declarationText(), encoding: "utf8" });
  if (process.env["UPDATE_READER"] === "1") writeFileSync(DECLARATION, made);
  expect(existsSync(DECLARATION) ? readFileSync(DECLARATION, "utf8") : "").toBe(made);
  expect(readFileSync(join(__dirname, "index.js"), "utf8")).toContain(`\nconst CONTRACT = ${CONTRACT};\n`);
}, 60_000);

const SAMPLE = `import * as pulumi from "@pulumi/pulumi";
import { outputs } from "flowfleet/outputs";
import type { StackOutputs } from "flowfleet/outputs";

const read = outputs.fromFile("outputs.json");
const url: string = read.get("flowmaster").url;
const port: number | undefined = read.hosts?.["main"]?.port;
const stack = outputs.fromStack(new pulumi.StackReference("acme/flowfleet/prod"));
const issuer: pulumi.Output<string> = stack.get("flowra").apply((flowra) => flowra.issuer);
const backend = (all: StackOutputs): string | undefined => all.flowmaster?.release.backend;
// @ts-expect-error there is no such system
read.get("flowmster");
// @ts-expect-error there is no such output
void read.get("flowmaster").uri;
// @ts-expect-error it is text
const wrong: number = read.get("coreflow").dashboardUrl;
export { backend, issuer, port, url, wrong };
`;

describe("a small project", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "flowfleet-reader-"));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(ROOT, join(folder, "node_modules/flowfleet"));
    symlinkSync(join(ROOT, "node_modules/@pulumi"), join(folder, "node_modules/@pulumi"));
    writeFileSync(join(folder, "package.json"), '{"name": "shop", "private": true}');
    writeFileSync(join(folder, "outputs.json"), JSON.stringify({ contract: CONTRACT, flowmaster: { url: "https://app.example.com" } }));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const node = (file: string, text: string) => {
    writeFileSync(join(folder, file), text);
    return execFileSync(process.execPath, [file], { cwd: folder, encoding: "utf8" }).trim();
  };

  it.each(["bundler", "node16"])(
    "is compiled against the types: moduleResolution %s",
    (moduleResolution) => {
      const compilerOptions = {
        module: moduleResolution === "bundler" ? "preserve" : moduleResolution,
        moduleResolution,
        strict: true,
        noEmit: true,
        target: "es2022",
        skipLibCheck: true,
        types: [],
      };
      writeFileSync(join(folder, "sample.ts"), SAMPLE);
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["sample.ts"] }));
      const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
      expect(execFileSync(process.execPath, [tsc, "-p", "."], { cwd: folder, encoding: "utf8" })).toBe("");
    },
    120_000,
  );

  it("reads a file, as a module of either kind", () => {
    const print = 'console.log(outputs.fromFile("outputs.json").get("flowmaster").url);';
    expect(node("a.mjs", `import { outputs } from "flowfleet/outputs";\n${print}`)).toBe("https://app.example.com");
    expect(node("a.cjs", `const { outputs } = require("flowfleet/outputs");\n${print}`)).toBe("https://app.example.com");
  });

  it("is told what is not there, and what is of another version", () => {
    const tell = (call: string) =>
      node("b.cjs", `const { outputs } = require("flowfleet/outputs");\ntry { ${call} } catch (error) { console.log(error.message); }`);
    expect(tell('outputs.fromFile("outputs.json").get("flowra")')).toBe('outputs.json has no output "flowra"');
    writeFileSync(join(folder, "next.json"), `{"contract": ${CONTRACT + 1}}`);
    expect(tell('outputs.fromFile("next.json")')).toContain(
      `next.json is of version ${CONTRACT + 1} of Flowfleet's outputs, and these types are of version ${CONTRACT}:`,
    );
    writeFileSync(join(folder, "state.json"), '{"version": 3, "deployment": {}}');
    expect(tell('outputs.fromFile("state.json")')).toMatch(/^state\.json holds no outputs/);
  });

  it("reads another stack", () => {
    const script = `const pulumi = require("@pulumi/pulumi");
const { outputs } = require("flowfleet/outputs");
pulumi.runtime.setMocks({
  newResource: ({ name }) => ({ id: name, state: { name, outputs: { flowmaster: { url: "https://app.example.com" } }, secretOutputNames: [] } }),
  call: () => ({}),
}, "shop", "prod", false).then(async () => {
  const stack = outputs.fromStack(new pulumi.StackReference("acme/flowfleet/prod"));
  console.log(await new Promise((resolve) => stack.get("flowmaster").apply(({ url }) => resolve(url))));
  process.on("unhandledRejection", (error) => { console.log(error.message); process.exit(0); });
  stack.get("flowra");
});`;
    expect(node("c.cjs", script).split("\n")).toEqual(["https://app.example.com", 'The stack has no output "flowra"']);
  }, 60_000);
});
