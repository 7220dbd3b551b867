import * as z from "zod";
import { REALM_ROLES } from "../../components/data/realm-settings";
import type { Service } from "../../stacks/flowra/guide";
import { AWS, DEFAULTS, ENVIRONMENT_NAMES, ENVIRONMENTS, PORTS, SERVICE_NAMES, USERS, VOLUMES } from "../../stacks/flowra/guide";
import { ROTATED } from "../../stacks/flowra/settings";
import { SIZES } from "../../stacks/flowra/sizes";
import { dataless, instances } from "./aws-schema";
import { certificate } from "./certificate-schema";
import * as f from "./fields";
import { variables } from "./flowra-variables";
import { chosenHostIfAny } from "./host-schema";

/** Its defaults depend on the environment. */
const size = f.group({
  limits: f.group({
    cpus: f.amount(0.01, 512).optional(),
    memory: f.size().optional(),
    pids: f.integer(16, 100_000).optional(),
  }),
  reservations: f.group({ cpus: f.amount(0.01, 512).optional(), memory: f.size().optional() }),
});

const each = <T extends z.ZodType>(field: (service: Service) => T) =>
  f.group(Object.fromEntries(SERVICE_NAMES.map((service) => [service, field(service)])) as Record<Service, T>);

const switching = {
  overlap: f.choice("allowed", "never").default("allowed"),
  drain: f.duration().default(DEFAULTS.drain),
};
const rate = (defaults: { perSecond: number; burst: number }) =>
  f.group({ perSecond: f.integer(1, 100_000).default(defaults.perSecond), burst: f.integer(0, 100_000).default(defaults.burst) });

/** MongoDB and Redis that are elsewhere. */
const databases = z.strictObject({
  mongodb: z.strictObject({ uri: f.secret(), port: f.port().default(PORTS.mongodb) }),
  redis: z.strictObject({ address: f.address(), port: f.port().default(PORTS.redis), password: f.secret() }),
});

/** Where and how the API runs on AWS. */
const aws = z.strictObject({ ...dataless({ cidr: AWS.network, logs: AWS.logs }), instances: instances(AWS.instances) });

/** Flowra in one environment: on a machine (`host`), or its API alone on AWS (`aws`). */
export const flowra = z
  .strictObject({
    environment: f.choice(...ENVIRONMENT_NAMES),
    host: chosenHostIfAny.optional(),
    aws: aws.optional(),
    databases: databases.optional(),
    mode: f.choice("containers", "systemd").default("containers"),
    configuration: f.choice("environment", "file").default("environment"),
    workingDirectory: f.absolutePath().default(DEFAULTS.workingDirectory),
    domain: f.hostName().optional(),
    authDomain: f.hostName().optional(),
    branch: f.branch().optional(),
    directory: f.absolutePath().default(DEFAULTS.directory),
    composeFile: f.fileName().optional(),
    subnet: f.subnet().optional(),
    protect: f.flag().default(true),
    volumes: f.group({
      mongodb: f.volume().default(VOLUMES.mongodb),
      redis: f.volume().default(VOLUMES.redis),
      keycloakDatabase: f.volume().default(VOLUMES.keycloakDatabase),
    }),
    certificate,
    variables,
    rotation: f.group(
      Object.fromEntries(ROTATED.map((name) => [name, f.slug().optional()])) as Record<
        (typeof ROTATED)[number],
        z.ZodOptional<ReturnType<typeof f.slug>>
      >,
    ),
    cors: f.group({ origins: z.array(f.origin()).default([]) }),
    admin: f.group({ allowFrom: z.array(f.anyNetwork()).default([]) }),
    rateLimit: rate(DEFAULTS.rateLimit),
    authRateLimit: rate(DEFAULTS.authRateLimit),
    maxBody: f.size().default(DEFAULTS.maxBody),
    apiTimeout: f.duration().default(DEFAULTS.apiTimeout),
    websocketTimeout: f.duration().default(DEFAULTS.websocketTimeout),
    client: f.group({ redirectUris: z.array(f.url()).default([]), directAccess: f.flag().default(false) }),
    account: f.group({
      roles: z
        .array(f.choice(...REALM_ROLES))
        .min(1, "must name what the account may do")
        .default([...DEFAULTS.accountRoles]),
      name: f.text().optional(),
    }),
    sizes: each(() => size),
    users: each((service) => f.containerUser().default(USERS[service])),
    api: f.group({ ...switching, deadline: f.duration().default(DEFAULTS.deadlines.api) }),
    worker: f.group({ ...switching, deadline: f.duration().default(DEFAULTS.deadlines.worker) }),
    migrator: f.group({ deadline: f.duration().default(DEFAULTS.deadlines.migrator) }),
  })
  .transform(({ sizes, ...settings }) => {
    const place = ENVIRONMENTS[settings.environment];
    const usual = SIZES[settings.environment];
    return {
      ...settings,
      domain: settings.domain ?? place.domain,
      authDomain: settings.authDomain ?? place.authDomain,
      branch: settings.branch ?? place.branch,
      composeFile: settings.composeFile ?? place.composeFile,
      subnet: settings.subnet ?? place.subnet,
      variables: { ...settings.variables, FLOWRA_ENV: settings.variables.FLOWRA_ENV ?? settings.environment },
      sizes: Object.fromEntries(
        SERVICE_NAMES.map((service) => [
          service,
          {
            limits: filled(
              { ...usual[service].limits, ...(service === "api" && settings.aws !== undefined && AWS.limits) },
              sizes[service].limits,
            ),
            reservations: filled(usual[service].reservations, sizes[service].reservations),
          },
        ]),
      ) as typeof usual,
    };
  });

/** The defaults where nothing is said. */
const filled = <T extends object>(defaults: T, given: { [Key in keyof T]?: T[Key] | undefined }): T => ({
  ...defaults,
  ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
});
