import { sourceFiles } from "./source-files";
import { checkVersion, type SourceStandIn } from "./stand-in";

/** The files of a repository that stands in for a real one: path -> text. */
export async function standInFiles({ system, service, version, startup = "now" }: SourceStandIn): Promise<Record<string, string>> {
  checkVersion({ system, version }, service);
  const folders = COMMON.includes(service) ? ["service", service] : [service];
  const contents = await Promise.all(folders.map((folder) => sourceFiles(system, folder)));
  const files = contents.flatMap((content) => Object.entries(content)).map(([path, text]): [string, string] => [path, text.toString()]);
  return { ...Object.fromEntries(files), "release.json": `${JSON.stringify({ version, startup: String(startup) })}\n` };
}

/** CoreFlow's services that are one program: a folder of each says which it is. */
const COMMON: readonly string[] = ["api-gateway", "cms-service", "blockchain-service", "payments-service", "coreflow-dashboard"];
