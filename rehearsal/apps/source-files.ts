import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a developer's own tools leave beside the source, and tests. */
const NOT_SOURCE = /(^|\/)(node_modules|dist|__pycache__|\.venv)\/|_test\.go$/;

/** A folder beside this file as the context of a build: path → content. */
export async function sourceFiles(...names: string[]): Promise<Record<string, Buffer>> {
  const folder = join(__dirname, ...names);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const source = paths.filter((path) => !NOT_SOURCE.test(path)).sort();
  return Object.fromEntries(
    await Promise.all(source.map(async (path): Promise<[string, Buffer]> => [path, await readFile(join(folder, path))])),
  );
}

/** A folder's recipe: its Dockerfile by that name, and everything else. */
export async function sourceRecipe(
  names: string[],
  dockerfile = "Dockerfile",
): Promise<{ dockerfile: string; files: Record<string, Buffer> }> {
  const { [dockerfile]: text, ...files } = await sourceFiles(...names);
  if (!text) throw new Error(`${names.join("/")}: has no ${dockerfile}`);
  return { dockerfile: text.toString(), files };
}
