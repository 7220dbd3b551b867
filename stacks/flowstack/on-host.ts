import * as pulumi from "@pulumi/pulumi";
import type { DataImage } from "../../components/data/data-container";
import { Postgres } from "../../components/data/postgres";
import { Claim } from "../../components/host/claim";
import type { SizeArgs } from "../../components/host/claim";
import type { Host } from "../../components/host/host";
import type { ImageRelease } from "../../components/kernel/container";
import { mapValues } from "../../components/kernel/map-values";
import { SecretBundle } from "../../components/secrets/secret-bundle";
import { ContainerNetwork } from "../../components/service/container-network";
import { ContainerService } from "../../components/service/container-service";
import { Certificate } from "../../components/web/certificate";
import type { CertificateArgs } from "../../components/web/certificate";
import { LocalListener } from "../../components/web/local-listener";
import { NginxSite } from "../../components/web/nginx-site";
import { containerOf } from "./container";
import { DATABASE, PORTS, POSTGRES_PORT, PROJECT, SERVICE, SERVICES } from "./guide";
import { passwordOf } from "./passwords";
import type { HostSettings } from "./settings";
import { publicVariables, secretVariables } from "./variables";

export interface FlowStackOnHostArgs {
  /** Server with Docker and nginx. */
  host: Host;
  /** What it has to have at first contact. @default nobody looks: who set it up did */
  size?: SizeArgs | undefined;
  settings: HostSettings;
  /** Which build runs. */
  release: ImageRelease;
  postgres: DataImage;
  /** Account at the ACME server; not needed for certificates that come from elsewhere. */
  acme?: CertificateArgs["acme"];
}

/** FlowStack on one server: the application in a container behind the server's nginx, and its PostgreSQL in another. */
export class FlowStackOnHost extends pulumi.ComponentResource {
  /** Public address. Resolves once it is served. */
  readonly url: pulumi.Output<string>;
  /** Full reference of the image that serves. */
  readonly release: pulumi.Output<string>;

  constructor(name: string, args: FlowStackOnHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:flowstack:FlowStackOnHost", name, {}, opts);
    const { host, size, settings, release, acme } = args;
    const { domain, directory, composeFile, idleTimeout, maxBody } = settings;
    const here = { parent: this };

    new Claim(`${name}-claim`, { host, size, ...claimOf(settings) }, here);
    const network = new ContainerNetwork(`${name}-network`, { host, network: PROJECT, subnet: settings.subnet }, here);
    const postgres = new Postgres(`${name}-postgres`, { ...databaseOf(name, args, this), network }, here);
    const { address: to, port } = postgres;
    new LocalListener(`${name}-postgres-local`, { host, port: POSTGRES_PORT, to: { address: to, port }, protocol: "tcp" }, here);
    const given = secretVariables(settings, passwordOf(name, settings, "seed", this), postgres);
    const variables = mapValues(given, (value) => ({ value }));
    const secrets = new SecretBundle(`${name}-secrets`, { host, path: `${directory}/.env`, variables }, here);
    const app = new ContainerService(
      `${name}-app`,
      {
        ...containerOf(settings, PROJECT, release),
        // Two must not write to one folder.
        overlap: "never",
        host,
        network,
        index: SERVICES.app,
        compose: { directory, file: composeFile },
        localPort: PORTS.proxy,
        environment: publicVariables(settings, postgres),
        secrets,
        folders: { [settings.mount]: `${directory}/data` },
        maxBody,
      },
      here,
    );
    const certificate = new Certificate(`${name}-certificate`, { host, names: [domain], ...certificateOf(settings, acme) }, here);
    const locations = { "/": { to: app, timeout: idleTimeout, streaming: true } };
    const site = new NginxSite(`${name}-site`, { host, domain, certificate, maxBody, locations }, here);

    this.url = site.url;
    this.release = app.release;
    this.registerOutputs({ url: this.url, release: this.release });
  }
}

const claimOf = ({ domain, directory, subnet }: HostSettings) => ({
  system: PROJECT,
  names: [domain],
  ports: [PORTS.proxy, POSTGRES_PORT],
  paths: [directory],
  containers: [`${PROJECT}-${SERVICE}`, `${PROJECT}-postgres`],
  subnets: [subnet],
});

function databaseOf(name: string, { host, settings, postgres: image }: FlowStackOnHostArgs, parent: pulumi.Resource) {
  const { directory, volume, protect, postgres } = settings;
  return {
    host,
    project: PROJECT,
    service: "postgres",
    index: SERVICES.postgres,
    directory,
    image,
    user: postgres.user,
    limits: postgres.limits,
    volume,
    protect,
    database: DATABASE.name,
    role: DATABASE.role,
    password: passwordOf(name, settings, "database", parent),
    superuserPassword: passwordOf(name, settings, "databaseRoot", parent),
  };
}

const certificateOf = ({ certificate: { challenge, fallback } }: HostSettings, acme: FlowStackOnHostArgs["acme"]) => ({
  challenge,
  ...(acme && { acme }),
  ...(fallback && { fallback }),
});
