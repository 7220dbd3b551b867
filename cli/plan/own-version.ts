import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "../..");

/**
 * A hash of the files of this program that are loaded by now, its lock file, what is installed and Node's version: what the same commit is
 * planned to follows from nothing else.
 *
 * @param root Folder with `package.json`.
 */
export function ownVersion(root = ROOT): string {
  const hash = createHash("sha256").update(process.version);
  const files = Object.keys(require.cache).filter((file) => file.startsWith(ROOT + path.sep) && !file.includes("node_modules"));
  // npm's own list of what lies in node_modules, which need not be what the lock file names.
  const libraries = ["package-lock.json", "node_modules/.package-lock.json"].map((file) => path.join(root, file)).filter(existsSync);
  for (const file of [...files.sort(), ...libraries]) hash.update(`\n${path.relative(root, file)}\n`).update(readFileSync(file));
  return hash.digest("hex");
}
