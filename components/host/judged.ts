import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Says of each document on stdin whether the helper's own check of that noun takes it. */
const JUDGE = `
import importlib, importlib.util, json, sys
sys.path.insert(0, sys.argv[1])
import document
from errors import Failure
spec = importlib.util.spec_from_file_location("helper_main", sys.argv[1] + "/__main__.py")
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
problems = []
for step in json.load(sys.stdin):
    try:
        document.parse(json.dumps(step["document"]), importlib.import_module(program.NOUNS[step["noun"]]).SHAPE)
    except Failure as failure:
        problems.append("%s: %s" % (step["name"], failure))
print(json.dumps(problems))
`;

/** What the helper itself finds wrong with the documents of these steps. For tests. */
export function judged(steps: readonly { name: string; noun: string; document: object }[]): unknown {
  const helper = join(__dirname, "helper");
  return JSON.parse(execFileSync("python3", ["-B", "-c", JUDGE, helper], { input: JSON.stringify(steps), encoding: "utf8" }));
}
