import type { FlowraArgs } from "../../stacks/flowra/flowra";
import { APPLICATION, DATA } from "../../stacks/flowra/guide";
import type { Config } from "../config/read-config";
import { dataImages, imageReleases } from "./image-releases";

/** The builds of Flowra that run in this stack. The configuration was checked for them. */
export const flowraReleases = (config: Config): Pick<FlowraArgs, "release" | "images"> => ({
  release: config.flowra?.mode === "systemd" ? { archive: archiveOf(config) } : { images: imageReleases(config, "flowra", APPLICATION) },
  images: dataImages(config, "flowra", DATA),
});

function archiveOf({ applicationReleases }: Config) {
  const release = applicationReleases["flowra"]?.["application"];
  if (release === undefined || !("archive" in release)) throw new Error("release of flowra.application: the configuration was not checked");
  return release;
}
