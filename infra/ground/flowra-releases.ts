import type { DataImage } from "../../components/data/data-container";
import { mapValues } from "../../components/kernel/map-values";
import type { FlowraArgs } from "../../stacks/flowra/flowra";
import { APPLICATION, DATA } from "../../stacks/flowra/guide";
import type { Config } from "../config/read-config";
import type { ImageRelease } from "../config/releases";
import { imageReleases } from "./image-releases";

/** The builds of Flowra that run in this stack. The configuration was checked for them. */
export const flowraReleases = (config: Config): Pick<FlowraArgs, "release" | "images"> => ({
  release: config.flowra?.mode === "systemd" ? { archive: archiveOf(config) } : { images: imageReleases(config, "flowra", APPLICATION) },
  images: mapValues(imageReleases(config, "flowra", DATA), dataImage) as FlowraArgs["images"],
});

/** Of a database the version is in the release file, or it would have been refused. */
const dataImage = ({ image, digest, version = "" }: ImageRelease): DataImage => ({ image, digest, version });

function archiveOf({ applicationReleases }: Config) {
  const release = applicationReleases["flowra"]?.["application"];
  if (release === undefined || !("archive" in release)) throw new Error("release of flowra.application: the configuration was not checked");
  return release;
}
