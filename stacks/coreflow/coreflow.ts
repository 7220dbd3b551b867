import * as pulumi from "@pulumi/pulumi";
import type { DataImage } from "../../components/data/data-container";
import { Claim } from "../../components/host/claim";
import type { SizeArgs } from "../../components/host/claim";
import type { Host } from "../../components/host/host";
import { Packages } from "../../components/host/packages";
import { SystemUser } from "../../components/host/system-user";
import { mapValues } from "../../components/kernel/map-values";
import { SecretBundle } from "../../components/secrets/secret-bundle";
import { ContainerNetwork } from "../../components/service/container-network";
import { Pm2Daemon } from "../../components/service/pm2-daemon";
import type { SourceRelease } from "../../components/service/source";
import { Certificate } from "../../components/web/certificate";
import type { CertificateArgs } from "../../components/web/certificate";
import { NginxSite } from "../../components/web/nginx-site";
import { secretVariables, variableNames } from "./environment";
import { BUILDER, DATA_FOLDER, FOLDERS, NETWORK, PROJECT, SERVICE_NAMES, SITE, slotsOf, USER } from "./guide";
import type { DataService, Service } from "./guide";
import { lookAfter } from "./care";
import { Infrastructure } from "./infrastructure";
import { layOut } from "./layout";
import { buildSite, runServices } from "./services";
import type { CoreFlowSettings } from "./settings";
import { siteOf } from "./site";

/** What is built from code. */
export type Built = Service | typeof SITE;

export interface CoreFlowArgs {
  /** Server with Docker, Node.js and nginx, for this one CoreFlow. */
  host: Host;
  /** What it has to have at first contact. @default nobody looks: who set it up did */
  size?: SizeArgs | undefined;
  settings: CoreFlowSettings;
  /** Which commits or archives run. */
  releases: Readonly<Record<Built, SourceRelease>>;
  images: Readonly<Record<DataService, DataImage>>;
  /** Account at the ACME server; not needed for certificates that come from elsewhere. */
  acme?: CertificateArgs["acme"];
}

/**
 * CoreFlow in one environment: an API gateway and five services behind it under PM2, an Astro site, and what keeps their data in
 * containers, on one server behind its nginx.
 */
export class CoreFlow extends pulumi.ComponentResource {
  /** Public address. Resolves once nginx serves the site. */
  readonly url: pulumi.Output<string>;
  /** What serves: a commit or an archive of each. */
  readonly release: Record<Built, pulumi.Output<string>>;

  constructor(name: string, args: CoreFlowArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:coreflow:CoreFlow", name, {}, opts);
    const { host, size, settings, releases, images, acme } = args;
    const { directory, domain, aliases, subnet, packages, folders } = settings;
    const here = { parent: this };

    new Claim(`${name}-claim`, { host, size, ...ownClaimOf(settings) }, here);
    new SystemUser(`${name}-user`, { host, user: USER, home: directory }, here);
    new SystemUser(`${name}-builder`, { host, user: BUILDER, home: "/nonexistent" }, here);
    if (packages.length > 0) new Packages(`${name}-packages`, { host, install: packages }, here);
    layOut(`${name}-layout`, { host, directory, domain, folders }, this);
    const network = new ContainerNetwork(`${name}-network`, { host, network: NETWORK, subnet }, here);
    const infrastructure = new Infrastructure(`${name}-infrastructure`, { host, network, settings, images }, here);
    const variables = secretVariables(settings, infrastructure.places);
    const secrets = new SecretBundle(`${name}-secrets`, { host, path: `${directory}/.env`, variables }, here);
    const daemon = new Pm2Daemon(`${name}-pm2`, { host, user: USER, home: directory, ...foldersOf(settings) }, here);
    const services = runServices(name, { host, daemon, settings, releases, secrets }, this);
    const site = buildSite(name, { host, settings, release: releases[SITE] }, this);
    // Whoever used an earlier password has gone.
    infrastructure.retire();
    const names = [domain, ...aliases];
    const certificate = new Certificate(`${name}-certificate`, { host, names, ...certificateOf(settings, acme) }, here);
    const served = { site, gateway: services["api-gateway"], dashboard: services["coreflow-dashboard"], ...infrastructure.management };
    const nginx = new NginxSite(`${name}-site`, { host, certificate, ...siteOf(settings, served) }, here);
    lookAfter(name, { host, settings, daemon, postgres: infrastructure.postgres }, this);

    this.url = nginx.url;
    this.release = { ...(mapValues(services, ({ release }) => release) as Record<Service, pulumi.Output<string>>), [SITE]: site.release };
    this.registerOutputs({ url: this.url, release: this.release });
  }
}

/** What it must have for itself on its machine. */
const ownClaimOf = ({ domain, aliases, directory, subnet, services, ports }: CoreFlowSettings) => ({
  system: PROJECT,
  names: [domain, ...aliases],
  ports: [...SERVICE_NAMES.flatMap((service) => portsOf(services[service])), ...Object.values(ports)],
  paths: [directory],
  containers: [`${PROJECT}-`],
  subnets: [subnet],
});

/** The same for the first step of a machine of its own stack, which tells what a `.env` of before has besides. */
export const claimOf = (settings: CoreFlowSettings) => ({
  ...ownClaimOf(settings),
  variables: { [`${settings.directory}/.env`]: variableNames(settings) },
});

/** What PM2's processes may write: the folder above all of `folders`, also of none, so that one more holds without a restart of PM2. */
const foldersOf = ({ directory }: CoreFlowSettings) => ({
  logs: `${directory}/${FOLDERS.logs}`,
  writable: [`${directory}/${DATA_FOLDER}`],
});

const portsOf = ({ port, switching }: CoreFlowSettings["services"][Service]): number[] =>
  switching === "port" ? [port, ...slotsOf(port)] : [port];

const certificateOf = ({ certificate: { challenge, fallback } }: CoreFlowSettings, acme: CoreFlowArgs["acme"]) => ({
  challenge,
  ...(acme && { acme }),
  ...(fallback && { fallback }),
});
