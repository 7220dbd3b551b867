import { sourceFiles } from "./source-files";
import { checkVersion, type SourceStandIn } from "./stand-in";

/** The files of a repository that stands in for a real one: path -> text. */
export async function standInFiles({ system, service, version, startup = "now" }: SourceStandIn): Promise<Record<string, string>> {
  checkVersion({ system, version }, service);
  const files = Object.entries(await sourceFiles(system, service)).map(([path, content]): [string, string] => [path, content.toString()]);
  return { ...Object.fromEntries(files), "release.json": `${JSON.stringify({ version, startup: String(startup) })}\n` };
}
