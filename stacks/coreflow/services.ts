import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../components/host/host";
import type { SecretBundle } from "../../components/secrets/secret-bundle";
import type { Pm2Daemon } from "../../components/service/pm2-daemon";
import { Pm2Service } from "../../components/service/pm2-service";
import type { Switching } from "../../components/service/pm2-service";
import type { SourceArgs, SourceRelease } from "../../components/service/source";
import { StaticSite } from "../../components/service/static-site";
import { publicVariables } from "./environment";
import { BUILDER, FOLDERS, PROJECT, SERVICE_NAMES, SITE, SITE_BUILD, slotsOf } from "./guide";
import type { Service } from "./guide";
import type { BuildSettings, CoreFlowSettings, ServiceSettings } from "./settings";

export interface ServicesArgs {
  host: Host;
  daemon: Pm2Daemon;
  settings: CoreFlowSettings;
  releases: Readonly<Record<Service, SourceRelease>>;
  secrets: SecretBundle;
}

export type Services = Record<Service, Pm2Service>;

/** The API gateway last: whom it asks is there by then. */
const ORDER = [...SERVICE_NAMES.filter((service) => service !== "api-gateway"), "api-gateway"] as const;

/** All services under PM2, one after the other. */
export function runServices(name: string, args: ServicesArgs, parent: pulumi.Resource): Services {
  const { settings, releases, ...common } = args;
  const made = ORDER.map((service) => {
    const { port, script, interpreter, mode, instances, memory, health, deadline, drain, stopTimeout, ...own } = settings.services[service];
    const args = {
      ...common,
      ...namesOf(service),
      name: service,
      release: releases[service],
      source: sourceOf(service, own.build, settings),
      script,
      arguments: own.arguments,
      interpreter,
      mode,
      instances,
      environment: publicVariables(service, settings),
      port,
      switching: switchingOf(settings.services[service]),
      health,
      deadline,
      drain,
      stopTimeout,
      limits: { memory },
      maxBody: settings.maxBody,
      keep: settings.keep,
    };
    return [service, new Pm2Service(`${name}-${service}`, args, { parent })] as const;
  });
  return Object.fromEntries(made) as Services;
}

export interface SiteArgs {
  host: Host;
  settings: CoreFlowSettings;
  release: SourceRelease;
}

/** The Astro site's files, which nginx serves by itself. */
export function buildSite(name: string, { host, settings, release }: SiteArgs, parent: pulumi.Resource): StaticSite {
  const source = sourceOf(SITE, settings.site.build, settings);
  const link = `${source.directory}/${SITE_BUILD.from}`;
  const built = { from: SITE_BUILD.from, link, immutable: SITE_BUILD.hashed, keep: settings.keep };
  return new StaticSite(`${name}-site-files`, { host, ...namesOf(SITE), release, source, ...built }, { parent });
}

/** What begins with the project's name already does not do so twice. */
const namesOf = (name: Service | typeof SITE) => ({ project: PROJECT, service: name.replace(`${PROJECT}-`, "") });

/** Never in the folder that serves: each release is built in one of its own below `releases/`. */
const sourceOf = (name: Service | typeof SITE, build: BuildSettings, settings: CoreFlowSettings): SourceArgs => ({
  directory: `${settings.directory}/${FOLDERS.apps}/${name}`,
  ...build,
  user: BUILDER,
  limits: settings.build,
});

function switchingOf(settings: ServiceSettings): Switching {
  const { switching, port, portVariable, portArgument } = settings;
  switch (switching) {
    case "port": {
      const told = portArgument === undefined ? { variable: portVariable } : { argument: portArgument };
      return { by: "port", ports: slotsOf(port), ...told };
    }
    case "reload":
      return { by: "reload", readiness: "ready", listenTimeout: settings.listenTimeout };
    case "stop":
      return { by: "stop", downFor: settings.downFor };
    default:
      return switching satisfies never;
  }
}
