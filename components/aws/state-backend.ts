import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import type { Duration } from "../kernel/duration";
import { inSeconds } from "../kernel/duration";
import type { Problem } from "../kernel/refuse";
import { problemsOf, refuse } from "../kernel/refuse";
import type { Adopted } from "./adopted";
import { adoptionProblems } from "./adopted";
import { EncryptionKey } from "./encryption-key";
import type { AwsPlace } from "./place";
import { placeProblems } from "./place";
import type { Statement } from "./policy";
import { privateBucket } from "./private-bucket";

export interface StateBackendArgs {
  place: AwsPlace;
  /** For so long an older state can be fetched back. @default "90 days" */
  history?: Duration;
  /** For so long nobody can erase an older state, not even who may delete: a stolen key of a pipeline cannot either. @default "14 days" */
  locked?: Duration;
  /**
   * Stacks whose secrets have a key of their own: those that a pipeline deploys. Whoever may use the key of a stack can read the secrets in
   * its stack file, too, which many people have: `["prod"]`. @default all use the key of the states
   */
  stacks?: readonly string[];
  /** A bucket that stands already: `{ bucket: { id: "acme-pulumi-state" } }`. */
  adopt?: Adopted;
}

const DEFAULTS = { history: "90 days", locked: "14 days" } as const;
const DAY = 86_400;
/** How long it is on record who asked for the state. */
const RECORD_DAYS = 400;
/** Folder of these records. */
const RECORDS = "state/";

/**
 * Where Pulumi keeps its own state: a bucket with every version of it, and the key that encrypts the secrets in it. Belongs to a stack whose
 * own state was elsewhere at first: `docs/state-backend.md` tells the order.
 *
 * @example
 * const state = new StateBackend("state", { place });
 * // pulumi login "$(pulumi stack output backendUrl)"; pulumi stack init prod --secrets-provider "$(pulumi stack output secretsProvider)"
 */
export class StateBackend extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  /** Of the key that encrypts the bucket, and the secrets of stacks that have none of their own. */
  readonly keyArn: pulumi.Output<string>;
  /** ARNs of the keys that encrypt the secrets of one stack, by its name. Their aliases: `keyOf(place, stack)`. */
  readonly stackKeys: Readonly<Record<string, pulumi.Output<string>>>;
  /** For `pulumi login`. */
  readonly backendUrl: pulumi.Output<string>;
  /** For `pulumi stack init --secrets-provider` of stacks that have no key of their own. */
  readonly secretsProvider: pulumi.Output<string>;

  constructor(name: string, args: StateBackendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:aws:StateBackend", name, {}, opts);
    const { place, history = DEFAULTS.history, locked = DEFAULTS.locked, stacks = [], adopt } = args;
    refuse(this, name, problems(args));

    const key = new EncryptionKey(`${name}-key`, { place, description: "States of Pulumi and the secrets in them" }, { parent: this });
    this.stackKeys = Object.fromEntries(
      stacks.map((stack) => {
        const of = { place: { ...place, prefix: keyOf(place, stack) }, description: `Secrets of the stack ${stack}` };
        return [stack, new EncryptionKey(`${name}-${stack}-key`, of, { parent: this }).arn];
      }),
    );
    const full = adopt?.["bucket"]?.id ?? `${place.prefix}-${place.account}-state`;
    const records = privateBucket(`${name}-records`, recordsArgs(place, full), this);
    const { bucket } = privateBucket(name, stateArgs({ place, full, key, adopt, history: daysOf(history), locked: daysOf(locked) }), this);
    // S3 asks at once whether it may write there.
    new s3.BucketLogging(`${name}-records`, { bucket: bucket.id, targetBucket: records.ready, targetPrefix: RECORDS }, { parent: this });

    this.bucket = bucket.bucket;
    this.keyArn = key.arn;
    this.backendUrl = bucket.bucket.apply((known) => `s3://${known}?region=${place.region}&awssdk=v2`);
    this.secretsProvider = key.arn.apply((arn) => `awskms:///${arn}?region=${place.region}`);
    this.registerOutputs({ backendUrl: this.backendUrl, secretsProvider: this.secretsProvider });
  }
}

/**
 * Name of the alias of a stack's own key: `awskms://alias/<name>?region=<region>` is its secrets provider.
 *
 * @example keyOf({ prefix: "flowfleet" }, "prod") // "flowfleet-prod"
 */
export const keyOf = ({ prefix }: Pick<AwsPlace, "prefix">, stack: string): string => `${prefix}-${stack}`;

interface Settled {
  place: AwsPlace;
  full: string;
  key: EncryptionKey;
  adopt: Adopted | undefined;
  history: number;
  locked: number;
}

/** Pulumi's locks are objects in it too: an update that ended leaves an old version of one, which goes as old states do. */
const stateArgs = ({ place, full, key, adopt, history, locked }: Settled) => ({
  place,
  bucket: full,
  key: key.arn,
  lockedDays: locked,
  life: [
    {
      id: "forget-old-versions",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: history },
      expiration: { expiredObjectDeleteMarker: true },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
    },
  ],
  protect: true,
  adopt,
});

const recordsArgs = (place: AwsPlace, state: string) => {
  const bucket = `${place.prefix}-${place.account}-state-records`;
  return {
    place,
    bucket,
    life: [
      {
        id: "forget",
        status: "Enabled",
        filter: { prefix: "" },
        expiration: { days: RECORD_DAYS },
        noncurrentVersionExpiration: { noncurrentDays: 1 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ],
    statements: [
      {
        Sid: "RecordsOfTheStatesBucket",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `arn:aws:s3:::${bucket}/${RECORDS}*`,
        Condition: { ArnLike: { "aws:SourceArn": `arn:aws:s3:::${state}` }, StringEquals: { "aws:SourceAccount": place.account } },
      },
    ] satisfies Statement[],
    protect: true,
  };
};

const daysOf = (duration: Duration): number => inSeconds(duration) / DAY;

function problems({ place, history = DEFAULTS.history, locked = DEFAULTS.locked, stacks = [], adopt }: StateBackendArgs): Problem[] {
  const days = Object.entries({ history, locked }).flatMap(([path, duration]): Problem[] => {
    const unreadable = problemsOf(path, () => inSeconds(duration));
    if (unreadable.length > 0 || (Number.isInteger(daysOf(duration)) && daysOf(duration) >= 1)) return unreadable;
    return [{ path, wrong: "must be whole days", got: duration, allowed: "1 day or more" }];
  });
  return [
    ...placeProblems("place", place),
    ...days,
    ...(days.length === 0 && daysOf(locked) > daysOf(history)
      ? [{ path: "locked", wrong: "must not be longer than `history`", got: locked, allowed: `up to ${history}` }]
      : []),
    ...stacks
      .map((stack) => ({ stack, prefix: keyOf(place, stack) }))
      .filter(({ prefix }) => placeProblems("", { ...place, prefix }).length > placeProblems("", place).length)
      .map(({ stack, prefix }) => ({
        path: `stacks/${stack}`,
        wrong: "must make the name of an alias, of lower-case letters, digits and hyphens",
        got: prefix,
        allowed: "up to 24 signs",
      })),
    ...adoptionProblems(adopt, ["bucket"]),
  ];
}
