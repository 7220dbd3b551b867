// What is wrong in what `pulumi preview --json` wrote: it says errors there, and nothing in the job's log. said.js PREVIEW.json
const text = require("node:fs").readFileSync(process.argv[2], "utf8");
let diagnostics;
try {
  ({ diagnostics = [] } = JSON.parse(text));
} catch {
  // It stopped before there was anything to write as JSON.
  diagnostics = [{ severity: "error", message: text }];
}
for (const { severity, message, urn } of diagnostics)
  if (severity !== "info") console.error(`${severity}: ${urn ? `${urn}: ` : ""}${message.replace(/^(error|warning): /, "").trim()}`);
console.error("`pulumi preview` failed. Nothing was deployed. All that it says: the same without --json");
