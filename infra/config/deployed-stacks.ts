import type { RawStack } from "./borrowed-hosts";
import { pipelinesOf } from "./mirror-needs";
import type { Finding } from "./places";
import type { Raw } from "./raw";
import { group } from "./raw";
import { AGENT } from "./state-schema";
import { SYSTEM_NAMES } from "./systems";

/** A pipeline's role, and the stack that it brings up. */
interface Deployed {
  /** The stack that makes the role. */
  owner: string;
  role: ReturnType<typeof pipelinesOf>[number];
  stack: string;
  raw: Raw;
}

/**
 * What roles of pipelines lack for the stacks that they bring up, or those for their roles: each would be seen by the first job alone, which
 * AWS or a machine refuses. The jobs are this repository's.
 */
export const deployedStacks = (stacks: readonly RawStack[]): Finding[] =>
  stacks.flatMap(({ stack: owner, raw }) =>
    pipelinesOf(group(raw["state"])).flatMap((role) => {
      const other = stacks.find(({ stack }) => stack === role["stack"]);
      return role["deploy"] === undefined || other === undefined
        ? []
        : [environmentNeeds, rightsNeeds, borrowsNeeds, keyNeeds, boundaryNeeds].flatMap((needs) => needs({ owner, role, ...other }));
    }),
  );

const found = ({ owner, role }: Deployed, key: string, problem: Omit<Finding, "file" | "path">): Finding[] => [
  { file: `Pulumi.${owner}.yaml`, path: `flowfleet:state.${role.at}.${key}`, ...problem },
];

/** GitHub's tokens name the environment that a job is in. */
function environmentNeeds(deployed: Deployed): Finding[] {
  const { role, stack } = deployed;
  const { environment } = group(group(role["deploy"])["github"]);
  return environment === undefined || environment === stack
    ? []
    : found(deployed, "deploy.github.environment", {
        wrong: "is not the name of the stack, as the environments of the jobs that deploy it are",
        got: environment,
        allowed: stack,
      });
}

/** A role has rights to FlowStack of its environment at most: of all else that is on AWS the first call would be refused. */
function rightsNeeds(deployed: Deployed): Finding[] {
  const { role, stack, raw } = deployed;
  const ofRole = (system: string) => system === "flowstack" && role.at === `pipelines.${String(group(raw[system])["environment"])}`;
  const systems = SYSTEM_NAMES.filter((system) => group(raw[system])["aws"] !== undefined && !ofRole(system)).map(
    (system) => `${system}.aws`,
  );
  const machines = Object.entries(group(raw["hosts"])).flatMap(([name, host]) =>
    group(host)["create"] === undefined ? [] : [`hosts.${name}.create`],
  );
  return [...systems, ...machines].flatMap((setting) =>
    found(deployed, "deploy", {
      wrong: `gives no rights to make what Pulumi.${stack}.yaml flowfleet:${setting} says`,
      todo: "leave it out: an administrator brings that up, in a stack of its own where pipelines deploy the rest",
    }),
  );
}

function borrowsNeeds(deployed: Deployed): Finding[] {
  const { owner, role, stack, raw } = deployed;
  const [system] = SYSTEM_NAMES.filter((one) => hostOf(raw, one)["stack"] === owner);
  return system === undefined || isTrue(role["borrows"])
    ? []
    : found(deployed, "borrows", {
        wrong: `is not true, and the pipeline cannot read of this stack where Pulumi.${stack}.yaml flowfleet:${system}.host is`,
        todo: "set it to true",
      });
}

function keyNeeds(deployed: Deployed): Finding[] {
  const { role, stack, raw } = deployed;
  const own = Object.entries(group(raw["hosts"])).find(([, host]) => group(host)["privateKey"] === undefined);
  const borrowing = SYSTEM_NAMES.find((one) => hostOf(raw, one)["stack"] !== undefined);
  const machine = own ? `hosts.${own[0]}` : borrowing && `${borrowing}.host`;
  return machine === undefined || role["deployKey"] !== undefined
    ? []
    : found(deployed, "deployKey", {
        wrong: `is missing, and the pipeline gets no key for Pulumi.${stack}.yaml flowfleet:${machine}`,
        allowed: `name of the parameter that has it, such as "/flowfleet/deploy-key/${stack}"; "${AGENT}": the runner's own agent has it`,
      });
}

/** The role may give others no more than the boundary, so that AWS refuses those that ask for more. */
function boundaryNeeds({ owner, role: { at }, stack, raw }: Deployed): Finding[] {
  const { environment, aws } = group(raw["flowstack"]);
  return aws === undefined || at !== `pipelines.${String(environment)}` || isTrue(group(aws)["boundary"])
    ? []
    : [
        {
          file: `Pulumi.${stack}.yaml`,
          path: "flowfleet:flowstack.aws.boundary",
          wrong: `is not true, and the role of Pulumi.${owner}.yaml flowfleet:state.${at} may make no role beyond its boundary`,
          todo: `set it to true, and bring up ${owner} first`,
        },
      ];
}

const hostOf = (raw: Raw, system: string): Raw => group(group(raw[system])["host"]);
/** The command line may have written it as text. */
const isTrue = (flag: unknown): boolean => flag === true || flag === "true";
