import type { DataImage } from "../../components/data/data-container";
import { mapValues } from "../../components/kernel/map-values";
import type { Config } from "../config/read-config";
import type { ImageRelease } from "../config/releases";

/** The images that an application's services run in this stack. The configuration was checked for them. */
export function imageReleases<Service extends string>(
  config: Config,
  application: string,
  services: readonly Service[],
): Record<Service, ImageRelease> {
  return Object.fromEntries(
    services.map((service) => {
      const release = config.applicationReleases[application]?.[service];
      if (release === undefined || !("image" in release))
        throw new Error(`release of ${application}.${service}: the configuration was not checked`);
      return [service, release];
    }),
  ) as Record<Service, ImageRelease>;
}

/** Those of containers with data: their version is in the release file, or it would have been refused. */
export const dataImages = <Service extends string>(
  config: Config,
  application: string,
  services: readonly Service[],
): Record<Service, DataImage> =>
  mapValues(imageReleases(config, application, services), ({ image, digest, version = "" }: ImageRelease) => ({
    image,
    digest,
    version,
  }));
