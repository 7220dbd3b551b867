import * as z from "zod";
import { isEverybody } from "../../components/kernel/everybody";
import { BELIEVES_EVERYBODY } from "../../components/web/nginx-site-problems";
import type { Service } from "../../stacks/coreflow/guide";
import {
  DATA_NAMES,
  DEFAULTS,
  DIRECTORY,
  ENVIRONMENT_NAMES,
  ENVIRONMENTS,
  HIGHEST_PORT,
  PORTS,
  SERVICE_NAMES,
  SERVICES,
  USERS,
  VOLUMES,
} from "../../stacks/coreflow/guide";
import { PROVIDER_NAMES } from "../../stacks/coreflow/prices";
import { ROTATED } from "../../stacks/coreflow/settings";
import { SIZES } from "../../stacks/coreflow/sizes";
import { certificate } from "./certificate-schema";
import { variables } from "./coreflow-variables";
import * as f from "./fields";
import { chosenHost } from "./host-schema";

/** A field for each name of a list; the keys are the list's. */
const each = <Name extends string, T extends z.ZodType>(names: readonly Name[], field: (name: Name) => T) =>
  f.group(Object.fromEntries(names.map((name) => [name, field(name)])) as Record<Name, T>);

const rate = { perSecond: f.integer(1, 100_000), burst: f.integer(0, 100_000) };

const build = f.group({
  commands: z
    .array(z.array(f.text()).min(1, "must be a command and its arguments, each a text of its own"))
    .default(DEFAULTS.commands.map((words) => [...words])),
  submodules: f.flag().default(false),
  timeout: f.duration().default(DEFAULTS.buildTimeout),
});

/** What differs between environments is filled in later. */
const service = (name: Service) =>
  f.group({
    port: f.integer(1024, HIGHEST_PORT).default(SERVICES[name].port),
    switching: f.choice("port", "reload", "stop").default("port"),
    portVariable: f.variableName().default("PORT"),
    portArgument: f.text().optional(),
    script: f.relativePath().default(SERVICES[name].script),
    arguments: z.array(f.text()).default([]),
    interpreter: f.program().default("node"),
    mode: f.choice("cluster", "fork").default("cluster"),
    instances: f.integer(1, 64).optional(),
    memory: f.size().optional(),
    health: f.group({ path: f.requestPath().default(DEFAULTS.healthPath), timeout: f.duration().default(DEFAULTS.healthTimeout) }),
    deadline: f.duration().default(DEFAULTS.deadline),
    drain: f.duration().default(DEFAULTS.drain),
    stopTimeout: f.duration().default(DEFAULTS.stopTimeout),
    listenTimeout: f.duration().default(DEFAULTS.listenTimeout),
    downFor: f.duration().default(DEFAULTS.downFor),
    build,
  });

const limits = f.group({
  cpus: f.amount(0.01, 512).optional(),
  memory: f.size().optional(),
  pids: f.integer(16, 100_000).optional(),
});

/** CoreFlow in one environment. */
export const coreflow = z
  .strictObject({
    environment: f.choice(...ENVIRONMENT_NAMES),
    host: chosenHost,
    domain: f.hostName(),
    aliases: z.array(f.hostName()).optional(),
    branch: f.branch().optional(),
    directory: f.absolutePath().default(DIRECTORY),
    subnet: f.subnet().optional(),
    protect: f.flag().default(true),
    volumes: each(Object.keys(VOLUMES) as (keyof typeof VOLUMES)[], (of) => f.volume().default(VOLUMES[of])),
    certificate,
    services: each(SERVICE_NAMES, service),
    site: f.group({ build }),
    packages: z.array(f.packageName()).default([]),
    folders: z.array(f.slug()).default([]),
    ports: each(Object.keys(PORTS) as (keyof typeof PORTS)[], (of) => f.port().default(PORTS[of])),
    variables,
    more: z.record(z.string(), f.textOrSecret()).default({}),
    rotation: each(ROTATED, () => f.slug().optional()),
    management: f.group({ allowFrom: z.array(f.anyNetwork()).default([...DEFAULTS.allowFrom]), email: f.text().optional() }),
    cdn: z
      .strictObject({
        from: z
          .array(f.anyNetwork().refine((network) => !isEverybody(network), BELIEVES_EVERYBODY))
          .min(1, "must name the CDN's networks")
          .optional(),
        header: f.headerName().default(DEFAULTS.cdnHeader),
      })
      .optional(),
    rateLimit: f.group({
      perSecond: rate.perSecond.default(DEFAULTS.apiLimit.perSecond),
      burst: rate.burst.default(DEFAULTS.apiLimit.burst),
    }),
    loginLimit: f.group({
      path: f.requestPath().default(DEFAULTS.loginPath),
      perSecond: rate.perSecond.default(DEFAULTS.loginLimit.perSecond),
      burst: rate.burst.default(DEFAULTS.loginLimit.burst),
    }),
    maxBody: f.size().default(DEFAULTS.maxBody),
    apiTimeout: f.duration().default(DEFAULTS.apiTimeout),
    dashboardTimeout: f.duration().default(DEFAULTS.dashboardTimeout),
    logFormat: f.variableName().optional(),
    build: f.group({
      memory: f.size().optional(),
      cpus: f.amount(0.1, 512).default(DEFAULTS.buildLimits.cpus),
      pids: f.integer(16, 100_000).default(DEFAULTS.buildLimits.pids),
    }),
    keep: f.integer(1, 100).default(DEFAULTS.keep),
    backup: f.group({
      at: f.timeOfDay().default(DEFAULTS.backup.at),
      directory: f.absolutePath().default(DEFAULTS.backup.directory),
      keep: f.integer(1, 3650).default(DEFAULTS.backup.keep),
    }),
    healthCheck: f.group({
      every: f.duration().default(DEFAULTS.healthCheck.every),
      disk: f.integer(1, 100).default(DEFAULTS.healthCheck.disk),
      memory: f.integer(0, 99).default(DEFAULTS.healthCheck.memory),
      errors: f.integer(0, 1_000_000).default(DEFAULTS.healthCheck.errors),
    }),
    sizes: each(DATA_NAMES, () => limits),
    users: each(DATA_NAMES, (of) => f.containerUser().default(USERS[of])),
    provider: f.choice(...PROVIDER_NAMES).optional(),
  })
  .transform((settings) => {
    const { environment, domain, management, services, sizes } = settings;
    const place = ENVIRONMENTS[environment];
    const usual = SIZES[environment];
    return {
      ...settings,
      aliases: settings.aliases ?? [`www.${domain}`],
      branch: settings.branch ?? place.branch,
      subnet: settings.subnet ?? place.subnet,
      management: { ...management, email: management.email ?? `admin@${domain}` },
      build: { ...settings.build, memory: settings.build.memory ?? usual.build },
      services: mapped(services, (of) => ({ ...of, instances: of.instances ?? place.instances, memory: of.memory ?? usual.process })),
      sizes: mapped(sizes, (given, of) => ({
        cpus: given.cpus ?? usual.data[of].cpus,
        memory: given.memory ?? usual.data[of].memory,
        pids: given.pids ?? usual.data[of].pids,
      })),
    };
  });

/** The same keys with other values. */
const mapped = <Name extends string, A, B>(from: Record<Name, A>, to: (value: A, name: Name) => B): Record<Name, B> =>
  Object.fromEntries((Object.entries(from) as [Name, A][]).map(([name, value]) => [name, to(value, name)])) as Record<Name, B>;
