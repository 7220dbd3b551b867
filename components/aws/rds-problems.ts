import { inSeconds } from "../kernel/duration";
import { hostNameProblems, portProblems } from "../kernel/names";
import type { Problem } from "../kernel/refuse";
import { problemsOf } from "../kernel/refuse";
import { inMegabytes } from "../kernel/size";
import { adoptionProblems } from "./adopted";
import { retentionProblems } from "./log-retention";
import { placeProblems } from "./place";
import type { NewRdsPostgres, RdsPostgresArgs, ServerWishes } from "./rds-args";
import { DEFAULTS, PORT } from "./rds-args";
import { authoritiesProblems } from "./rds-authorities";

/** Every part that `adopt` may name. */
export const RDS_PARTS = ["server", "subnets", "parameters", "logs-postgresql", "logs-upgrade"];
/** Those that RDS makes by itself where it was told to write logs. */
export const RDS_LOGS = ["logs-postgresql", "logs-upgrade"];

const DAY = 86_400;
/** Fewer would not outlast a week in which nobody looks (and AWS's own yardstick, RDS.11); more AWS does not keep. */
const BACKUP_DAYS = { least: 7, most: 35 };
const SMALLEST_STORAGE = 20;

export const rdsProblems = (args: RdsPostgresArgs): Problem[] => [
  ...placeProblems("place", args.place),
  ...namesProblems(args),
  ...authoritiesProblems("authorities", args.place.region, args.authorities),
  ...("existing" in args
    ? [...hostNameProblems("existing/address", args.existing.address), ...portProblems("existing/port", args.existing.port ?? PORT)]
    : newProblems(args)),
];

/** Names that PostgreSQL takes unquoted, and RDS at all. What stands has the names that somebody gave it. */
function namesProblems(args: RdsPostgresArgs): Problem[] {
  const { database, role } = args;
  if ("existing" in args || args.adopt?.["server"] !== undefined)
    return Object.entries({ database, role })
      .filter(([, name]) => !/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(name))
      .map(([path, name]) => ({ path, wrong: "must be at most 63 letters, digits and underscores, no digit first", got: name }));
  return [
    ...Object.entries({ database, role })
      .filter(([, name]) => !/^[a-z][a-z0-9_]{0,62}$/.test(name))
      .map(([path, name]) => ({ path, wrong: "must be at most 63 lower-case letters, digits and underscores, a letter first", got: name })),
    ...(["postgres", "admin", "rdsadmin", "rds_superuser"].includes(role)
      ? [{ path: "role", wrong: "must not be a name that everybody knows", got: role, allowed: 'such as "flowstack_admin"' }]
      : []),
  ];
}

const newProblems = (args: NewRdsPostgres): Problem[] => [
  ...serverProblems(args),
  ...retentionProblems("logs", args.logs ?? DEFAULTS.logs),
  ...adoptionProblems(args.adopt, RDS_PARTS, RDS_LOGS),
];

/** What RDS would not take, or would do that nobody wants. The configuration asks the same before anything is registered. */
export const serverProblems = (args: ServerWishes): Problem[] => {
  const { version, instanceClass, publiclyAccessible = false } = args;
  return [
    ...(/^1[4-8]$/.test(version)
      ? []
      : [
          {
            path: "version",
            wrong: "must be a major version of PostgreSQL: minor ones come by themselves, and AWS goes back to none",
            got: version,
            allowed: '"14" to "18"',
          },
        ]),
    ...(/^db\.[a-z0-9]+\.[a-z0-9]+$/.test(instanceClass)
      ? []
      : [{ path: "instanceClass", wrong: 'must be a class such as "db.t4g.small"', got: instanceClass }]),
    ...storageProblems(args),
    ...backupProblems(args),
    ...(publiclyAccessible
      ? [
          {
            path: "publiclyAccessible",
            wrong: "must not be true: the database would have a public address",
            got: true,
            todo: "reach it through the network",
          },
        ]
      : []),
    ...windowProblems(args),
  ];
};

function storageProblems({ storage, maxStorage }: ServerWishes): Problem[] {
  const unreadable = [
    ...problemsOf("storage", () => gigabytes(storage)),
    ...(maxStorage === undefined ? [] : problemsOf("maxStorage", () => gigabytes(maxStorage))),
  ];
  if (unreadable.length > 0) return unreadable;
  return [
    ...(gigabytes(storage) < SMALLEST_STORAGE
      ? [{ path: "storage", wrong: "is too small", got: storage, allowed: `from ${SMALLEST_STORAGE} GB` }]
      : []),
    // AWS refuses less than a tenth more.
    ...(maxStorage !== undefined && gigabytes(maxStorage) < 1.1 * gigabytes(storage)
      ? [
          {
            path: "maxStorage",
            wrong: "must be a tenth more than `storage` at least",
            got: maxStorage,
            allowed: `from ${Math.ceil(1.1 * gigabytes(storage))} GB`,
          },
        ]
      : []),
  ];
}

/** @throws RangeError when it is not a whole number of gigabytes. */
export function gigabytes(size: NewRdsPostgres["storage"]): number {
  const found = inMegabytes(size) / 1024;
  if (!Number.isInteger(found)) throw new RangeError(`must be a whole number of gigabytes, got "${size}"`);
  return found;
}

function backupProblems({ backups = DEFAULTS.backups }: ServerWishes): Problem[] {
  const path = "backups";
  const unreadable = problemsOf(path, () => inSeconds(backups));
  if (unreadable.length > 0) return unreadable;
  const days = inSeconds(backups) / DAY;
  if (Number.isInteger(days) && days >= BACKUP_DAYS.least && days <= BACKUP_DAYS.most) return [];
  return [
    {
      path,
      wrong: "must be a number of days that AWS keeps backups for",
      got: backups,
      allowed: `${BACKUP_DAYS.least} to ${BACKUP_DAYS.most} days`,
    },
  ];
}

const TIME = "(?:[01]\\d|2[0-3]):[0-5]\\d";
const WEEK_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MINUTES = { hour: 60, day: 1440, week: 10_080 };

function windowProblems({ backupWindow = DEFAULTS.backupWindow, maintenanceWindow = DEFAULTS.maintenanceWindow }: ServerWishes): Problem[] {
  const day = new RegExp(`^(?:${TIME})-(?:${TIME})$`).test(backupWindow);
  const week = new RegExp(`^(?:${WEEK_DAYS.join("|")}):(?:${TIME})-(?:${WEEK_DAYS.join("|")}):(?:${TIME})$`).test(maintenanceWindow);
  if (!day || !week) {
    return [
      ...(day ? [] : [{ path: "backupWindow", wrong: 'must be times of a day such as "02:00-03:00"', got: backupWindow }]),
      ...(week
        ? []
        : [{ path: "maintenanceWindow", wrong: 'must be times of a week such as "sun:03:30-sun:04:30"', got: maintenanceWindow }]),
    ];
  }
  const daily = span(backupWindow.split("-").map(minuteOf), MINUTES.day);
  const weekly = span(maintenanceWindow.split("-").map(minuteOf), MINUTES.week);
  return [
    ...(daily.length < 30 ? [{ path: "backupWindow", wrong: "must be 30 minutes or more", got: backupWindow }] : []),
    ...(weekly.length < 30 ? [{ path: "maintenanceWindow", wrong: "must be 30 minutes or more", got: maintenanceWindow }] : []),
    ...(WEEK_DAYS.some((_, at) => meet({ start: at * MINUTES.day + daily.start, length: daily.length }, weekly))
      ? [{ path: "maintenanceWindow", wrong: `must not meet the backup window ${backupWindow}`, got: maintenanceWindow }]
      : []),
  ];
}

/** `"mon:01:30"` -> minute of the week; `"01:30"` -> minute of the day. */
function minuteOf(text: string): number {
  const [, day = "mon", hours, minutes] = /^(?:([a-z]{3}):)?(\d\d):(\d\d)$/.exec(text) ?? [];
  return WEEK_DAYS.indexOf(day) * MINUTES.day + Number(hours) * MINUTES.hour + Number(minutes);
}

interface Span {
  start: number;
  length: number;
}

const span = ([start = 0, end = 0]: number[], round: number): Span => ({ start, length: (end - start + round) % round });

/** Whether two spans share a minute, in weeks that follow each other. */
const meet = (a: Span, b: Span): boolean =>
  [-MINUTES.week, 0, MINUTES.week].some((shift) => a.start + shift < b.start + b.length && b.start < a.start + shift + a.length);
