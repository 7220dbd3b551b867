/** File patterns of `assetPaths` and `archivePaths`: `*` stays within a folder, `**` does not, `!` leaves out again. */
import { readdirSync } from "node:fs";
import path from "node:path";

/** Files below `dir`, relative to it, sorted. */
export function matchingFiles(dir: string, patterns: string[]): string[] {
  const rules = patterns.map((pattern) => ({ leaveOut: pattern.startsWith("!"), regex: toRegex(pattern.replace(/^!/, "")) }));
  return filesBelow(dir, "").filter((file) => rules.reduce((taken, { leaveOut, regex }) => (regex.test(file) ? !leaveOut : taken), false));
}
function filesBelow(dir: string, below: string): string[] {
  return readdirSync(path.join(dir, below), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = below === "" ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(dir, file) : [file];
    });
}
function toRegex(pattern: string): RegExp {
  let depth = 0;
  const source = pattern.replace(/\\(.)|\*\*|[*?{},]|\[!?[^\]]*\]|[.+^$|()\\]/g, (token, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped.replace(/\W/, "\\$&");
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    if (token.startsWith("[")) return token.replace(/^\[!/, "[^");
    if (token === "{") return (depth++, "(?:");
    if (token === "}") return depth > 0 ? (depth--, ")") : "\\}";
    if (token === ",") return depth > 0 ? "|" : ",";
    return `\\${token}`;
  });
  return new RegExp(`^${source}$`, "s");
}
