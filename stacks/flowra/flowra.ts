import * as pulumi from "@pulumi/pulumi";
import type { DataImage } from "../../components/data/data-container";
import { Claim } from "../../components/host/claim";
import type { SizeArgs } from "../../components/host/claim";
import { FileSet } from "../../components/host/file-set";
import type { Host } from "../../components/host/host";
import { SystemUser } from "../../components/host/system-user";
import { SecretBundle } from "../../components/secrets/secret-bundle";
import { ContainerNetwork } from "../../components/service/container-network";
import { Certificate } from "../../components/web/certificate";
import type { CertificateArgs } from "../../components/web/certificate";
import { FixedUpstream } from "../../components/web/fixed-upstream";
import { NginxSite } from "../../components/web/nginx-site";
import { runApplication } from "./application";
import type { Application, ApplicationRelease } from "./application";
import { secretVariables } from "./configuration";
import { ConfigurationFile } from "./configuration-file";
import { Databases } from "./databases";
import { DATA, DEFAULTS, NETWORK, PORTS, PROJECT } from "./guide";
import { watch } from "./liveness";
import { LOGS_FILE, logSources, logsText } from "./logs";
import type { LogSource } from "./logs";
import { SCRAPE_FILE, scrapeTargets, scrapeText } from "./scrape";
import type { ScrapeTarget } from "./scrape";
import type { FlowraSettings } from "./settings";
import { apiSite, authSite } from "./sites";

export interface FlowraArgs {
  /** Server with Docker and nginx, for this one Flowra. */
  host: Host;
  /** What it has to have at first contact. @default nobody looks: who set it up did */
  size?: SizeArgs | undefined;
  settings: FlowraSettings;
  /** Which builds run. */
  release: ApplicationRelease;
  images: Readonly<Record<(typeof DATA)[number], DataImage>>;
  /** Account at the ACME server; not needed for certificates that come from elsewhere. */
  acme?: CertificateArgs["acme"];
}

/**
 * Flowra in one environment: API, worker and migrator, with their MongoDB, Redis and Keycloak, on one server behind its nginx.
 */
export class Flowra extends pulumi.ComponentResource {
  /** Public address of the API. Resolves once it is served. */
  readonly url: pulumi.Output<string>;
  /** Public address of Keycloak. */
  readonly authUrl: pulumi.Output<string>;
  /** What serves, by service. */
  readonly release: Application["release"];
  /** What Prometheus asks for metrics, from the server itself. */
  readonly metrics: ScrapeTarget[];
  /** Where its logs are, on the server itself. */
  readonly logs: LogSource[];

  constructor(name: string, args: FlowraArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:flowra:Flowra", name, {}, opts);
    const { host, size, settings, release, images, acme } = args;
    const { directory, domain, authDomain, mode, subnet } = settings;
    const here = { parent: this };

    new Claim(`${name}-claim`, { host, size, ...claimOf(settings) }, here);
    if (mode === "systemd") new SystemUser(`${name}-user`, { host, user: DEFAULTS.user, home: directory }, here);
    const network = new ContainerNetwork(`${name}-network`, { host, network: NETWORK, subnet }, here);
    const databases = new Databases(`${name}-databases`, { host, network, settings, images }, here);
    const variables = secretVariables(settings, databases.made);
    const secrets = new SecretBundle(`${name}-secrets`, { host, path: `${directory}/.env`, variables }, here);
    const file = settings.configuration === "file" ? new ConfigurationFile(`${name}-configuration`, { host, settings }, here) : undefined;
    const application = runApplication(name, { host, network, settings, release, secrets, file }, this);
    file?.show();
    // Whoever used an earlier password has gone.
    databases.retire();
    watch(name, { host, settings }, this);
    const names = [domain, authDomain];
    const certificate = new Certificate(`${name}-certificate`, { host, names, ...certificateOf(settings, acme) }, here);
    const site = new NginxSite(`${name}-site`, { host, certificate, ...apiSite(settings, application.api) }, here);
    const keycloak = new FixedUpstream(`${name}-auth-upstream`, { host, upstream: `${PROJECT}-auth`, ...databases.keycloakAt }, here);
    const auth = new NginxSite(`${name}-auth`, { host, certificate, ...authSite(settings, keycloak) }, here);
    this.logs = logSources(settings, [site.accessLog, auth.accessLog]);
    const observed = { [SCRAPE_FILE]: { text: scrapeText(settings) }, [LOGS_FILE]: { text: logsText(this.logs) } };
    new FileSet(`${name}-observed`, { host, files: observed }, here);

    this.url = site.url;
    this.authUrl = auth.url;
    this.release = application.release;
    this.metrics = scrapeTargets(settings);
    this.registerOutputs({ url: this.url, authUrl: this.authUrl, release: this.release });
  }
}

/** What it must have for itself on its machine. */
export const claimOf = ({ domain, authDomain, directory, subnet, variables }: FlowraSettings) => ({
  system: PROJECT,
  names: [domain, authDomain],
  ports: [variables.FLOWRA_SERVER_PORT, ...Object.values(PORTS)],
  paths: [directory],
  containers: [`${PROJECT}-`],
  subnets: [subnet],
});

const certificateOf = ({ certificate: { challenge, fallback } }: FlowraSettings, acme: FlowraArgs["acme"]) => ({
  challenge,
  ...(acme && { acme }),
  ...(fallback && { fallback }),
});
