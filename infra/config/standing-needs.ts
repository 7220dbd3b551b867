import { NONE, targetsOf } from "../../components/aws/adopted";
import { RDS_LOGS } from "../../components/aws/rds-problems";
import type { Problem } from "../../components/kernel/refuse";
import type { Raw } from "./raw";
import { group } from "./raw";

/**
 * What stands has names, a network and parts of its own, which nobody here knows. Each that is not said would be noticed by AWS, when other
 * things were changed already.
 *
 * @param at Path of what is said about AWS.
 */
export const standingNeeds = (at: string, settings: Raw, aws: Raw): Problem[] => [
  ...networkNeeds(at, aws),
  ...namesNeeds(at, aws),
  ...partsNeeds(at, aws),
  ...recordNeeds(at, settings, aws),
];

const adopted = ({ adopt }: Raw, of: string, part: string): boolean => group(group(adopt)[of])[part] !== undefined;

const exists = (aws: Raw, of: string): boolean => group(aws[of])["existing"] !== undefined;

/** What is taken over as a whole, by what it belongs to. */
const WHOLES = { balancer: "balancer", database: "server", files: "files" } as const;

/** Groups of another network no rule can name, and its load balancers lead to no targets here. */
function networkNeeds(at: string, aws: Raw): Problem[] {
  const stands =
    Object.entries(WHOLES).some(([of, whole]) => adopted(aws, of, whole)) ||
    ["entrance", "database", "files"].some((of) => exists(aws, of));
  if (!stands || adopted(aws, "network", "vpc") || exists(aws, "network")) return [];
  return [
    {
      path: `${at}.adopt.network.vpc`,
      wrong: "is missing: what stands already stays in its network, and nothing in another one could reach it",
      todo: "name that network here, or in network.existing",
    },
  ];
}

function namesNeeds(at: string, aws: Raw): Problem[] {
  const { database, files } = aws;
  const missing = (of: string, given: Raw, names: readonly string[], wrong: string) =>
    names.filter((one) => given[one] === undefined).map((one) => ({ path: `${at}.${of}.${one}`, wrong: `is missing: ${wrong}` }));
  return [
    ...(adopted(aws, "database", "server")
      ? missing("database", group(database), ["name", "role"], "AWS cannot change what the database of adopt.database.server has")
      : []),
    ...(adopted(aws, "files", "files") || exists(aws, "files")
      ? missing(
          "files",
          group(files),
          ["directory", "owner"],
          "only those who made the share know where the application's files are, and whose",
        )
      : []),
  ];
}

/** Parts of which AWS takes no second one: listeners of a port, mount targets in a zone, groups of logs. */
function partsNeeds(at: string, aws: Raw): Problem[] {
  const { zones, existing } = group(aws["network"]);
  const known = existing === undefined ? zones : Object.keys(group(group(existing)["privateSubnets"]));
  const parts = {
    balancer: ["http", "https"],
    database: RDS_LOGS,
    files: targetsOf(Array.isArray(known) ? known.map(String) : []),
  };
  return Object.entries(WHOLES).flatMap(([of, whole]) =>
    adopted(aws, of, whole)
      ? parts[of as keyof typeof WHOLES]
          .filter((part) => !adopted(aws, of, part))
          .map((part) => ({
            path: `${at}.adopt.${of}.${part}`,
            wrong: "is missing: where there is one, AWS takes no second",
            allowed: `its id, or {id: ${NONE}} to have it made`,
          }))
      : [],
  );
}

function recordNeeds(at: string, { domain }: Raw, aws: Raw): Problem[] {
  const name = typeof domain === "string" ? domain : "";
  const record = `name-${name}`;
  return adopted(aws, "balancer", "balancer") && group(aws["entrance"])["zone"] !== undefined && !adopted(aws, "balancer", record)
    ? [
        {
          path: `${at}.adopt.balancer.${record}`,
          wrong: "is missing: the record that leads to the load balancer is there already",
          allowed: `the id <zone>_${name}_A, or {id: ${NONE}} to have it made`,
        },
      ]
    : [];
}
