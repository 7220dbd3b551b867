import { inSeconds } from "../kernel/duration";
import { pathProblems, portProblems } from "../kernel/names";
import type { Problem } from "../kernel/refuse";
import { problemsOf } from "../kernel/refuse";
import { inMegabytes } from "../kernel/size";
import {
  containerUserProblems,
  durationProblems,
  imageProblems,
  requestPathProblems,
  serviceNameProblems,
  variableProblems,
} from "../kernel/workload-problems";
import { credentialsOutOfReach, inEcr } from "./ecr-image";
import type { FargateServiceArgs, Instances } from "./fargate-service";
import { fargateSizeProblems } from "./fargate-size";
import { routeProblems } from "./listener-rules";
import { retentionProblems } from "./log-group";
import { placeProblems } from "./place";
import { rolloutTimeProblems } from "./rollout-time";
import { healthTimes } from "./task-definition";

/**
 * Everything that is wrong with the arguments, without asking AWS.
 *
 * @param taken Who has the number of its route already.
 */
export const fargateServiceProblems = (args: FargateServiceArgs, taken: string | undefined): Problem[] => [
  ...placeProblems("place", args.place),
  ...serviceNameProblems(args),
  ...roleNameProblems(args),
  ...imageProblems("release", args.mirror ?? args.release.image, args.release.digest),
  ...registryProblems(args),
  ...portProblems("port", args.port),
  ...containerUserProblems("user", args.user),
  ...fargateSizeProblems("limits", args.limits),
  ...variableProblems("environment", Object.keys(args.environment ?? {})),
  ...Object.keys(args.environment ?? {})
    .filter((name) => args.secrets !== undefined && name in args.secrets.refs)
    .map((name) => ({ path: `environment/${name}`, wrong: "is a secret, too", todo: "leave it out of one of the two" })),
  ...foldersProblems(args),
  ...healthProblems(args),
  ...timesProblems(args),
  ...instancesProblems(args.instances ?? 2),
  ...routeProblems("entrance", args.entrance),
  ...(taken === undefined
    ? []
    : [{ path: "entrance/priority", wrong: `is that of ${taken}`, got: args.entrance.priority, todo: "choose another" }]),
  ...retentionProblems("logs/retention", args.logs?.retention ?? "30 days"),
];

/** Behind the service's own name in that of its target group, to which Pulumi adds a hyphen and seven signs: AWS takes 32 together. */
export const TARGETS = "-tg";
const LONGEST_LABEL = 32 - "-0123456".length - TARGETS.length;

/** @param label Name of the component. */
export const labelProblems = (label: string): Problem[] =>
  label.length <= LONGEST_LABEL
    ? []
    : [
        {
          path: "name",
          wrong: "makes a longer name of a target group than AWS takes",
          got: label,
          allowed: `at most ${LONGEST_LABEL} signs`,
          todo: "give the component a shorter one",
        },
      ];

/** Of a role of IAM, which is called after place and service. */
const LONGEST_ROLE = 64;

const roleNameProblems = ({ place, service }: FargateServiceArgs): Problem[] => {
  const most = LONGEST_ROLE - `${place.prefix}--execution`.length;
  return service.length <= most
    ? []
    : [{ path: "service", wrong: "makes a longer name of a role than AWS takes", got: service, allowed: `at most ${most} signs` }];
};

/** Where the network reaches AWS alone, so do its tasks. */
function registryProblems({ place, network, release, mirror, registryCredentials }: FargateServiceArgs): Problem[] {
  const image = mirror ?? release.image;
  return [
    ...(network.reaches === "internet" || inEcr(image)?.region === place.region
      ? []
      : [
          {
            path: mirror === undefined ? "release/image" : "mirror",
            wrong: `cannot be fetched: the network has no NAT gateway, and reaches ECR of ${place.region} alone`,
            got: image,
            todo: "copy it there and say where by mirror, or give the network a NAT gateway",
          },
        ]),
    ...(registryCredentials === undefined || /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+$/.test(registryCredentials)
      ? []
      : [{ path: "registryCredentials", wrong: "must be the ARN of a secret in Secrets Manager" }]),
    ...(registryCredentials === undefined || network.reaches === "internet" ? [] : credentialsOutOfReach("registryCredentials")),
  ];
}

/** What Fargate keeps for a task, for all its folders together. */
const ROOM = 20 * 1024;

function foldersProblems({ tmpfs = {}, volumes = {} }: FargateServiceArgs): Problem[] {
  const folders = Object.keys(tmpfs);
  const sizes = problemsOf("tmpfs", () => {
    const all = Object.values(tmpfs).reduce((sum, size) => sum + inMegabytes(size), 0);
    if (all > ROOM) throw new RangeError(`must be at most ${ROOM} MB together, got ${all} MB`);
  });
  return [
    ...sizes,
    ...folders.flatMap((path) => pathProblems(`tmpfs${path}`, path)),
    ...Object.keys(volumes).flatMap((path) => [
      ...pathProblems(`volumes${path}`, path),
      ...(folders.includes(path) ? [{ path: `volumes${path}`, wrong: "is a folder that ends with the task, too" }] : []),
    ]),
  ];
}

function healthProblems({ health, instances = 2, stopTimeout = "30 seconds" }: FargateServiceArgs): Problem[] {
  const unreadable = durationProblems({
    "health/interval": health.interval,
    "health/timeout": health.timeout,
    "health/startPeriod": health.startPeriod,
  });
  if (unreadable.length > 0) return [...requestPathProblems("health/path", health.path), ...unreadable];
  const times = healthTimes(health);
  return [
    ...requestPathProblems("health/path", health.path),
    ...within("health/interval", times.interval, 5, 300),
    ...within("health/timeout", times.timeout, 2, 60),
    ...within("health/retries", times.retries, 1, 10),
    ...within("health/startPeriod", times.startPeriod, 0, 300),
    ...rolloutTimeProblems("health", {
      instances: Math.max(1, typeof instances === "object" ? instances.min : instances),
      ...times,
      // What is wrong with it is said where it is looked at by itself.
      stopTimeout: durationProblems({ stopTimeout }).length > 0 ? 0 : inSeconds(stopTimeout),
    }),
  ];
}

/** Fargate kills after two minutes, whatever is said; a target group waits for an hour at most. */
const timesProblems = ({ drain = "30 seconds", stopTimeout = "30 seconds", deadline }: FargateServiceArgs): Problem[] => {
  const unreadable = durationProblems({ drain, stopTimeout, deadline });
  if (unreadable.length > 0) return unreadable;
  return [...within("stopTimeout", inSeconds(stopTimeout), 2, 120), ...within("drain", inSeconds(drain), 0, 3600)];
};

const instancesProblems = (instances: Instances): Problem[] => {
  if (typeof instances === "number") return within("instances", instances, 1, 1000);
  const { min, max, cpu = 60 } = instances;
  return [...within("instances/min", min, 1, 1000), ...within("instances/max", max, min, 1000), ...within("instances/cpu", cpu, 10, 90)];
};

const within = (path: string, value: number, low: number, high: number): Problem[] =>
  Number.isInteger(value) && value >= low && value <= high
    ? []
    : [{ path, wrong: "must be a whole number that AWS takes", got: value, allowed: `${low} to ${high}` }];
