import * as z from "zod";
import { AWS, DATABASE, DEFAULTS, ENVIRONMENT_NAMES, ENVIRONMENTS, USERS } from "../../stacks/flowstack/guide";
import { ROTATED } from "../../stacks/flowstack/settings";
import type { Rotated } from "../../stacks/flowstack/settings";
import { account, arn, entranceFields, existingNetwork, id, instances, networkFields, taskFields } from "./aws-schema";
import { certificate } from "./certificate-schema";
import * as f from "./fields";
import { chosenHostIfAny } from "./host-schema";

const network = f.group({
  ...networkFields(AWS.network.cidr),
  nat: f.choice("one", "per-zone", "none").default(AWS.network.nat),
  endpoints: f.flag().optional(),
  existing: z.strictObject({ ...existingNetwork, reaches: f.choice("internet", "endpoints").default("internet") }).optional(),
});

const entrance = f.group({
  ...entranceFields,
  priority: f.integer(1, 4999).default(AWS.entrance.priority),
  existing: z
    .strictObject({
      listener: arn("elasticloadbalancing", "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/…"),
      securityGroup: id("sg"),
      dnsName: f.hostName(),
      arnSuffix: f.matches(/^app\/[^/\s]+\/[0-9a-f]+$/, 'must be the end of its ARN such as "app/main/50dc6c495c0c9188"'),
    })
    .optional(),
});

/** Of PostgreSQL. */
const named = () => f.matches(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, "must be at most 63 letters, digits and underscores, no digit first");

const database = f.group({
  name: named().default(DATABASE.name),
  role: named().default(DATABASE.role),
  version: f.version().default(AWS.database.version),
  majorUpgrade: f.flag().default(false),
  instanceClass: f.matches(/^db\.[a-z0-9]+\.[a-z0-9]+$/, 'must be a class such as "db.t4g.small"').default(AWS.database.instanceClass),
  storage: f.size().default(AWS.database.storage),
  maxStorage: f.size().default(AWS.database.maxStorage),
  multiAz: f.flag().default(true),
  backups: f.duration().default(AWS.database.backups),
  lastSnapshot: f.flag().default(true),
  publiclyAccessible: f.flag().optional(),
  authorities: f.block().optional(),
  existing: z
    .strictObject({
      address: f.address(),
      port: f.port().optional(),
      securityGroupId: id("sg"),
      passwordParameter: f.matches(
        /^(?:\/[A-Za-z0-9_.-]+)+$/,
        'must be the name of a parameter such as "/terraform/flowstack/db_password"',
      ),
    })
    .transform(({ port, ...rest }) => ({ ...rest, ...(port !== undefined && { port }) }))
    .optional(),
});

/** What `adopt` names things of. */
const ADOPTED = ["network", "balancer", "database", "files", "secrets"] as const;
const thing = z
  .strictObject({ id: f.text(), keep: z.array(f.text()).optional() })
  .transform(({ id: known, keep }) => ({ id: known, ...(keep && { keep }) }));
const adopted = z.record(f.text(), thing);

/** Where and how FlowStack runs on AWS. */
const aws = z.strictObject({
  ...account,
  boundary: f.flag().default(false),
  network,
  entrance,
  database,
  files: f.group({
    directory: f
      .matches(/^\/$|^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9_.@+-]+)+$/, 'must be a path in the share such as "/flowstack", or "/"')
      .default(AWS.files.directory),
    owner: f.matches(/^\d+:\d+$/, 'must be the numbers of a user and a group such as "1000:1000"').optional(),
    existing: z.strictObject({ fileSystemId: id("fs"), securityGroupId: id("sg") }).optional(),
  }),
  instances: instances(AWS.instances),
  ...taskFields,
  mirror: f.image().optional(),
  deployedBy: f.choice("flowfleet", "ci").default("flowfleet"),
  logs: f.duration().default(AWS.logs),
  adopt: f
    .group(
      Object.fromEntries(ADOPTED.map((of) => [of, adopted.optional()])) as Record<(typeof ADOPTED)[number], z.ZodOptional<typeof adopted>>,
    )
    .transform((given): Partial<Record<(typeof ADOPTED)[number], z.output<typeof adopted>>> => ({ ...given })),
});

const { health } = DEFAULTS;
/** FlowStack in one environment: on a machine (`host`), or on AWS (`aws`). */
export const flowstack = z
  .strictObject({
    environment: f.choice(...ENVIRONMENT_NAMES),
    domain: f.hostName(),
    branch: f.branch().optional(),
    seed: f.group({ user: f.email().default(DEFAULTS.seedUser), password: f.strongSecret(16).optional() }),
    mount: f.absolutePath().default(DEFAULTS.mount),
    user: f.containerUser().default(USERS.app),
    readOnly: f.flag().default(true),
    limits: f.group({ cpus: f.amount(0.01, 512).optional(), memory: f.size().optional() }),
    health: f.group({
      interval: f.duration().default(health.interval),
      timeout: f.duration().default(health.timeout),
      retries: f.integer(1, 10).default(health.retries),
      startPeriod: f.duration().default(health.startPeriod),
    }),
    drain: f.duration().default(DEFAULTS.drain),
    stopTimeout: f.duration().default(DEFAULTS.stopTimeout),
    idleTimeout: f.duration().default(DEFAULTS.idleTimeout),
    variables: z.record(f.variableName(), f.text()).default({}),
    secrets: z.record(f.variableName(), f.secret()).default({}),
    rotation: f.group(
      Object.fromEntries(ROTATED.map((name) => [name, f.slug().optional()])) as Record<Rotated, z.ZodOptional<ReturnType<typeof f.slug>>>,
    ),
    protect: f.flag().default(true),
    host: chosenHostIfAny.optional(),
    // On a machine.
    directory: f.absolutePath().default(DEFAULTS.directory),
    composeFile: f.fileName().default(DEFAULTS.composeFile),
    subnet: f.subnet().optional(),
    volume: f.volume().default(DEFAULTS.volume),
    certificate,
    maxBody: f.size().default(DEFAULTS.maxBody),
    postgres: f.group({
      user: f.containerUser().default(USERS.postgres),
      limits: f.group({
        cpus: f.amount(0.01, 512).default(DEFAULTS.postgresLimits.cpus),
        memory: f.size().default(DEFAULTS.postgresLimits.memory),
      }),
    }),
    aws: aws.optional(),
  })
  .transform(({ limits, ...settings }) => {
    const usual = ENVIRONMENTS[settings.environment];
    return {
      ...settings,
      branch: settings.branch ?? usual.branch,
      subnet: settings.subnet ?? usual.subnet,
      limits: { cpus: limits.cpus ?? usual.limits.cpus, memory: limits.memory ?? usual.limits.memory },
    };
  });
