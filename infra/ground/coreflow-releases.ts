import type { CoreFlowArgs } from "../../stacks/coreflow/coreflow";
import { DATA_NAMES, SERVICE_NAMES, SITE } from "../../stacks/coreflow/guide";
import type { Config } from "../config/read-config";
import { codeReleases } from "./code-releases";
import { dataImages } from "./image-releases";

/** The builds of CoreFlow that run in this stack. The configuration was checked for them. */
export const coreflowReleases = (config: Config): Pick<CoreFlowArgs, "releases" | "images"> => ({
  releases: codeReleases(config, "coreflow", [...SERVICE_NAMES, SITE]),
  images: dataImages(config, "coreflow", DATA_NAMES),
});
