import type { Config } from "../config/read-config";
import type { ArchiveRelease, SourceRelease } from "../config/releases";

/** The commits or archives that an application's services are built from in this stack. The configuration was checked for them. */
export function codeReleases<Service extends string>(
  config: Config,
  application: string,
  services: readonly Service[],
): Record<Service, SourceRelease | ArchiveRelease> {
  return Object.fromEntries(
    services.map((service) => {
      const release = config.applicationReleases[application]?.[service];
      if (release === undefined || "image" in release)
        throw new Error(`release of ${application}.${service}: the configuration was not checked`);
      return [service, release];
    }),
  ) as Record<Service, SourceRelease | ArchiveRelease>;
}
