import type { Config } from "../config/read-config";
import type { SourceRelease } from "../config/releases";

/** The commit that the Flatlogic VM's workspace is brought to. The configuration was checked for it. */
export function workspaceRelease({ applicationReleases }: Pick<Config, "applicationReleases">): SourceRelease {
  const release = applicationReleases["flatlogic"]?.["workspace"];
  if (release === undefined || !("commit" in release)) throw new Error("release of flatlogic.workspace: the configuration was not checked");
  return release;
}
