import { inSeconds } from "../../components/kernel/duration";
import type { Duration } from "../../components/kernel/duration";
import type { Problem } from "../../components/kernel/refuse";
import { AWS, DEFAULTS, SERVICE_NAMES } from "../../stacks/flowra/guide";
import { entranceNeeds, instancesNeeds, machineOnly, networkNeeds, placeNeeds, sizeNeeds } from "./aws-needs";
import { readable } from "./machine-needs";
import type { Raw } from "./raw";
import { group } from "./raw";
import { Secret } from "./secret";

const PATH = "flowfleet:flowra";
const OTHERS = SERVICE_NAMES.filter((service) => service !== "api");
/** Settings that mean nothing for an API on AWS: of a machine, of its nginx, of what stays there. */
const OF_A_MACHINE = [
  ...["mode", "configuration", "workingDirectory", "directory", "composeFile", "subnet", "protect", "volumes", "certificate"],
  ...["admin", "rateLimit", "authRateLimit", "maxBody", "client", "rotation", "worker", "migrator"],
  // A load balancer has one time for all: websocketTimeout.
  "apiTimeout",
];
/** Secrets that whatever else of Flowra runs elsewhere has, too. */
const SHARED = ["FLOWRA_AUTH_JWT_SECRET", "FLOWRA_KEYCLOAK_CLIENT_SECRET", "FLOWRA_KEYCLOAK_ADMIN_PASSWORD"];

/** Where Flowra runs, and what an API needs that runs on AWS. What cannot be read is left to the schema. */
export function flowraPlaceNeeds(settings: Raw): Problem[] {
  const aws = group(settings["aws"]);
  return [
    ...placeNeeds(PATH, settings, OF_A_MACHINE),
    ...databasesNeeds(group(settings["databases"]), settings["aws"] === undefined ? "a container" : "Fargate"),
    ...(settings["aws"] === undefined
      ? []
      : [
          ...elsewhereNeeds(settings),
          ...nginxNeeds(settings),
          ...networkNeeds(`${PATH}.aws`, aws, AWS.network),
          ...entranceNeeds(`${PATH}.aws`, aws),
          ...serviceNeeds(settings, aws),
        ]),
  ];
}

/** What the machine's Flowra keeps to itself: nobody outside it reaches its containers. */
function elsewhereNeeds({ databases, variables, account }: Raw): Problem[] {
  const missing = SHARED.filter((name) => group(variables)[name] === undefined);
  return [
    ...(databases === undefined
      ? [
          {
            path: `${PATH}.databases`,
            wrong: "is missing: on AWS the API reaches no MongoDB and no Redis that are containers of a machine",
            todo: "move both to where machine and AWS reach them, and name them here and in the machine's stack",
          },
        ]
      : []),
    ...(group(account)["name"] === undefined
      ? [
          {
            path: `${PATH}.account.name`,
            wrong: "is missing: the account in Keycloak is made by the machine's stack",
            todo: "take FLOWRA_KEYCLOAK_ADMIN_USERNAME of the machine's .env",
          },
        ]
      : []),
    ...missing.map((name) => ({
      path: `${PATH}.variables.${name}`,
      wrong: "is missing: on AWS it must be what the rest of Flowra has",
      todo: `take it from the machine's .env: pulumi config set --secret --path '${PATH}.variables.${name}'`,
    })),
  ];
}

/** Names that mean another machine to whoever asks, or none. */
const OWN = /^(?:localhost|127\.[\d.]*|::1|0\.0\.0\.0|[a-z][a-z0-9-]*)$/i;

function databasesNeeds({ mongodb, redis }: Raw, who: string): Problem[] {
  const { uri } = group(mongodb);
  const text = uri instanceof Secret ? uri.reveal() : uri;
  const hosts = typeof text === "string" ? (/^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?([^/?]+)/.exec(text)?.[1] ?? "").split(",") : [];
  const { address } = group(redis);
  const wrong = `is no address that ${who} reaches: it means the one that asks, or a name that nobody else knows`;
  const allowed = 'such as "mongodb.example.com"';
  return [
    ...(hosts.some((host) => OWN.test(host.replace(/:\d+$/, ""))) ? [{ path: `${PATH}.databases.mongodb.uri`, wrong, allowed }] : []),
    ...(typeof text === "string" && text !== "" && hosts.every((host) => host === "")
      ? [{ path: `${PATH}.databases.mongodb.uri`, wrong: "must be the address of a MongoDB", allowed: "mongodb://… or mongodb+srv://…" }]
      : []),
    ...(typeof address === "string" && OWN.test(address)
      ? [{ path: `${PATH}.databases.redis.address`, wrong, got: address, allowed: 'such as "redis.example.com"' }]
      : []),
  ];
}

/** A load balancer adds no headers, so that browsers of other origins would be turned away. */
const nginxNeeds = ({ cors }: Raw): Problem[] => {
  const { origins } = group(cors);
  return !Array.isArray(origins) || origins.length === 0
    ? []
    : [
        {
          path: `${PATH}.cors.origins`,
          wrong: "cannot be let in by a load balancer, which answers no preflight requests",
          todo: "leave it out, and let the application itself answer them",
        },
      ];
};

/** Of an ALB, in seconds. */
const LONGEST = 4000;

function serviceNeeds(settings: Raw, aws: Raw): Problem[] {
  const { sizes, users, api, websocketTimeout } = settings;
  const { limits, ...rest } = group(group(sizes)["api"]);
  const seconds = readable(() => inSeconds(websocketTimeout as Duration));
  const timings = { ...DEFAULTS.health, stopTimeout: group(api)["drain"] ?? DEFAULTS.drain };
  return [
    ...machineOnly(`${PATH}.sizes`, group(sizes), OTHERS),
    ...machineOnly(`${PATH}.sizes.api`, rest, ["reservations"]),
    ...machineOnly(`${PATH}.sizes.api.limits`, group(limits), ["pids"]),
    ...machineOnly(`${PATH}.users`, group(users), OTHERS),
    ...sizeNeeds(`${PATH}.sizes.api.limits`, group(limits), AWS.limits),
    ...instancesNeeds(`${PATH}.aws.instances`, { ...AWS.instances, ...group(aws["instances"]) }, `${PATH}.aws.instances.min`, timings),
    ...(seconds !== undefined && seconds > LONGEST
      ? [
          {
            path: `${PATH}.websocketTimeout`,
            wrong: "is longer than a load balancer waits",
            got: websocketTimeout,
            allowed: `at most ${LONGEST} seconds`,
          },
        ]
      : []),
  ];
}
