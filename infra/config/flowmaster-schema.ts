import * as z from "zod";
import type { Size } from "../../components/kernel/size";
import { AWS, DEFAULTS, ENVIRONMENT_NAMES, ENVIRONMENTS } from "../../stacks/flowmaster/guide";
import { dataless, instances } from "./aws-schema";
import { certificate } from "./certificate-schema";
import * as f from "./fields";
import { chosenHostIfAny } from "./host-schema";

const health = (defaults: (typeof DEFAULTS)["backend" | "frontend"]["health"]) =>
  f.group({
    interval: f.duration().default(defaults.interval),
    timeout: f.duration().default(defaults.timeout),
    retries: f.integer(1, 20).default(defaults.retries),
    startPeriod: f.duration().default(defaults.startPeriod),
  });

/** What backend and frontend share; the port's default depends on the environment. */
const service = (defaults: (typeof DEFAULTS)["backend" | "frontend"]) => ({
  port: f.port().optional(),
  user: f.containerUser().default(defaults.user),
  health: health(defaults.health),
  // What is usual depends on where it runs.
  limits: f.group({
    memory: f.size().optional(),
    cpus: f.amount(0.1, 512).optional(),
    pids: f.integer(16, 100_000).default(defaults.limits.pids),
  }),
  readOnly: f.flag().default(true),
  drain: f.duration().default(DEFAULTS.drain),
  deadline: f.duration().optional(),
});

const compression = f.group({
  enabled: f.flag().default(true),
  level: f.integer(1, 9).default(DEFAULTS.compression.level),
  minimum: f.kilobytes().default(DEFAULTS.compression.minimum),
});

const database = (port: number) => ({ host: f.address(), port: f.port().default(port), password: f.secret() });
const account = { user: f.text(), database: f.text() };
const generated = f.group({ value: f.secret().optional(), rotation: f.text().optional() });

/** Where and how FlowMaster runs on AWS. */
const aws = z.strictObject({
  ...dataless({ cidr: AWS.network, logs: AWS.logs }),
  instances: f.group({ backend: instances(AWS.instances.backend), frontend: instances(AWS.instances.frontend) }),
});

/** FlowMaster in one environment: on a machine (`host`), or on AWS (`aws`). */
export const flowmaster = z
  .strictObject({
    environment: f.choice(...ENVIRONMENT_NAMES),
    host: chosenHostIfAny.optional(),
    aws: aws.optional(),
    domain: f.hostName().optional(),
    branch: f.branch().optional(),
    directory: f.absolutePath().optional(),
    envFile: f.fileName().optional(),
    composeFile: f.fileName().optional(),
    subnet: f.subnet().optional(),
    appUrl: f.url().optional(),
    certificate,
    maxBody: f.size().default(DEFAULTS.maxBody),
    apiTimeout: f.duration().default(DEFAULTS.apiTimeout),
    websocketTimeout: f.duration().default(DEFAULTS.websocketTimeout),
    compression,
    backend: f.group({ ...service(DEFAULTS.backend), workers: f.integer(1, 64).default(DEFAULTS.backend.workers) }),
    frontend: f.group(service(DEFAULTS.frontend)),
    databases: f.group({
      arango: f.group({ ...database(DEFAULTS.databasePorts.arango), ...account }),
      postgres: f.group({ ...database(DEFAULTS.databasePorts.postgres), ...account }),
      redis: f.group(database(DEFAULTS.databasePorts.redis)),
    }),
    apiKeys: f.group({ gemini: f.secret(), openai: f.secret(), openrouter: f.secret() }),
    keys: f.group({ jwt: generated, encryption: generated, secret: generated }),
  })
  .transform(({ backend, frontend, compression: { enabled, ...compressed }, ...settings }) => {
    const { frontendPort, backendPort, ...place } = ENVIRONMENTS[settings.environment];
    const domain = settings.domain ?? place.domain;
    return {
      ...settings,
      domain,
      branch: settings.branch ?? place.branch,
      directory: settings.directory ?? place.directory,
      envFile: settings.envFile ?? place.envFile,
      composeFile: settings.composeFile ?? place.composeFile,
      subnet: settings.subnet ?? place.subnet,
      appUrl: settings.appUrl ?? `https://${domain}`,
      compression: enabled ? compressed : ("off" as const),
      backend: { ...backend, port: backend.port ?? backendPort, limits: filled("backend", backend.limits, settings.aws) },
      frontend: { ...frontend, port: frontend.port ?? frontendPort, limits: filled("frontend", frontend.limits, settings.aws) },
    };
  });

/** Fargate has pairs of its own. */
function filled(
  of: "backend" | "frontend",
  { memory, cpus, pids }: { memory?: Size | undefined; cpus?: number | undefined; pids: number },
  on: unknown,
) {
  const usual = on === undefined ? DEFAULTS[of].limits : AWS.limits[of];
  return { memory: memory ?? usual.memory, cpus: cpus ?? usual.cpus, pids };
}
