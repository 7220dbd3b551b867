import type { SizeArgs } from "../../components/host/claim";
import type { Host } from "../../components/host/host";
import { HEALTH_PATH } from "../../stacks/flowstack/guide";
import { FlowStackOnHost } from "../../stacks/flowstack/on-host";
import type { HostSettings } from "../../stacks/flowstack/settings";
import type { Config } from "../config/read-config";
import type { FlowStackOutputs } from "../outputs/contract";
import { acmeAccount } from "./acme";
import { dataImages, imageReleases } from "./image-releases";

/** FlowStack on a machine. */
export function flowstackOnHost(config: Config, settings: HostSettings, host: Host, size: SizeArgs | undefined): FlowStackOutputs {
  const { app: release } = imageReleases(config, "flowstack", ["app"]);
  const { postgres } = dataImages(config, "flowstack", ["postgres"]);
  const flowstack = new FlowStackOnHost("flowstack", { host, size, settings, release, postgres, acme: acmeAccount(config) });
  return {
    url: flowstack.url,
    apiUrl: flowstack.url.apply((url) => `${url}/api/v1`),
    healthUrl: flowstack.url.apply((url) => `${url}${HEALTH_PATH}`),
    host: host.address,
    deployPath: settings.directory,
    branch: settings.branch,
    release: { app: flowstack.release },
    seed: { user: settings.seed.user, passwordCommand: `sudo grep FLOWISE_PASSWORD ${settings.directory}/.env` },
  };
}
