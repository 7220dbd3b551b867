import * as pulumi from "@pulumi/pulumi";
import { Claim } from "../../components/host/claim";
import type { Host } from "../../components/host/host";
import { SecretBundle } from "../../components/secrets/secret-bundle";
import { ContainerNetwork } from "../../components/service/container-network";
import { ContainerService } from "../../components/service/container-service";
import type { ImageRelease } from "../../components/service/container-service";
import { Certificate } from "../../components/web/certificate";
import type { CertificateArgs } from "../../components/web/certificate";
import { NginxSite } from "../../components/web/nginx-site";
import { backendContainer, frontendContainer } from "./containers";
import { WEB_ROOT } from "./guide";
import type { FlowMasterSettings } from "./settings";
import { variablesOf } from "./variables";

export interface FlowMasterArgs {
  /** Server with Docker and nginx. */
  host: Host;
  settings: FlowMasterSettings;
  /** Which builds run. */
  releases: Readonly<Record<"backend" | "frontend", ImageRelease>>;
  /** Account at the ACME server; not needed for certificates that come from elsewhere. */
  acme?: CertificateArgs["acme"];
}

/**
 * FlowMaster in one environment: FastAPI backend and React frontend in containers, behind the server's nginx. Its databases are elsewhere.
 */
export class FlowMaster extends pulumi.ComponentResource {
  /** Public address. Resolves once it is served. */
  readonly url: pulumi.Output<string>;
  /** Full references of the images that serve. */
  readonly release: { backend: pulumi.Output<string>; frontend: pulumi.Output<string> };

  constructor(name: string, args: FlowMasterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:flowmaster:FlowMaster", name, {}, opts);
    const { host, settings, releases, acme } = args;
    const { directory, domain, subnet } = settings;
    const project = projectOf(settings);
    const here = { parent: this };

    new Claim(`${name}-claim`, { host, ...claimOf(settings) }, here);
    const network = new ContainerNetwork(`${name}-network`, { host, network: project, subnet }, here);
    const path = `${directory}/environments/${settings.envFile}`;
    const secrets = new SecretBundle(`${name}-secrets`, { host, path, variables: variablesOf(settings, host.address) }, here);
    const certificate = new Certificate(`${name}-certificate`, { host, names: [domain], ...certificateOf(settings, acme) }, here);
    const common = { host, network, project, ...commonOf(settings) };
    const backend = new ContainerService(
      `${name}-backend`,
      { ...common, ...backendOf(settings), release: releases.backend, secrets },
      here,
    );
    // The frontend comes after the backend in the host's chain, so it starts only when the backend is healthy.
    const frontend = new ContainerService(`${name}-frontend`, { ...common, ...frontendOf(settings), release: releases.frontend }, here);
    const site = new NginxSite(`${name}-site`, { host, domain, certificate, ...siteOf(settings, backend, frontend) }, here);

    this.url = site.url;
    this.release = { backend: backend.release, frontend: frontend.release };
    this.registerOutputs({ url: this.url, release: this.release });
  }
}

const projectOf = ({ environment }: FlowMasterSettings) => `flowmaster-${environment}`;

/** What it must have for itself on its machine. */
export const claimOf = (settings: FlowMasterSettings) => ({
  system: "flowmaster",
  names: [settings.domain],
  ports: [settings.backend.port, settings.frontend.port],
  paths: [settings.directory],
  containers: [`${projectOf(settings)}-`],
  subnets: [settings.subnet],
});

const certificateOf = ({ certificate: { challenge, fallback } }: FlowMasterSettings, acme: FlowMasterArgs["acme"]) => ({
  challenge,
  ...(acme && { acme }),
  ...(fallback && { fallback }),
});

const commonOf = ({ directory, composeFile, maxBody }: FlowMasterSettings) => ({
  compose: { directory, file: composeFile },
  neighbours: ["backend", "frontend"],
  maxBody,
});

const backendOf = (settings: FlowMasterSettings) => ({ ...backendContainer(settings), index: 0, localPort: settings.backend.port });

const frontendOf = (settings: FlowMasterSettings) => ({
  ...frontendContainer(settings),
  index: 1,
  localPort: settings.frontend.port,
  assets: { from: `${WEB_ROOT}/assets` },
});

const siteOf = (settings: FlowMasterSettings, backend: ContainerService, frontend: ContainerService) => ({
  maxBody: settings.maxBody,
  compression: settings.compression,
  locations: {
    "/": { to: frontend },
    "/api/": { to: backend, timeout: settings.apiTimeout, streaming: true },
    "/ws/": { to: backend, timeout: settings.websocketTimeout, streaming: true },
  },
});
