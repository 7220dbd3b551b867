import { inSeconds } from "../../components/kernel/duration";
import type { Duration } from "../../components/kernel/duration";
import type { Problem } from "../../components/kernel/refuse";
import type { Environment } from "../../stacks/flowstack/guide";
import { parametersOf } from "../../stacks/flowstack/guide";
import { readable } from "./machine-needs";
import type { Raw } from "./raw";
import { group } from "./raw";
import { STACK_NAME, STACKS } from "./state-schema";

const PATH = "flowfleet:state";
const DAY = 86_400;
/** As the component has them. */
const USUAL = { history: "90 days", locked: "14 days" };

/** What one setting of Pulumi's state needs of another. What cannot be read is left to the schema. */
export const stateNeeds = (settings: Raw): Problem[] => [
  ...timeNeeds(settings),
  ...Object.entries(group(settings["pipelines"])).flatMap(([environment, of]) => pipelinesNeeds(environment, group(of))),
  ...stackNeeds(group(settings["pipelines"])),
  ...Object.entries(group(settings["stacks"])).flatMap(([stack, of]) => machinesNeeds(stack, group(of), group(settings["pipelines"]))),
];

/** A stack with machines alone, whose pipeline has rights to its state and to nothing else. */
const machinesNeeds = (
  stack: string,
  { deploy, deployKey }: Raw,
  pipelines: Raw,
  usual: Readonly<Record<string, string>> = STACKS,
): Problem[] => {
  const path = `${PATH}.stacks.${stack}`;
  const twice = Object.entries(pipelines).filter(([environment, of]) => (group(of)["stack"] ?? usual[environment]) === stack);
  return [
    ...(STACK_NAME.form.test(stack) ? [] : [{ path, wrong: STACK_NAME.wrong, got: stack }]),
    ...(deploy === undefined ? [] : jobsNeeds(`${path}.deploy`, group(deploy))),
    ...twice.map(([environment]) => ({ path, wrong: `is the stack of pipelines.${environment}, too`, todo: "leave one of them out" })),
    ...readNeeds(`${path}.deployKey`, deployKey, Object.keys(STACKS)),
  ];
};

/** A stack has one environment: a second pipeline of it would read the first one's secrets. */
const stackNeeds = (pipelines: Raw, usual: Readonly<Record<string, string>> = STACKS): Problem[] =>
  Object.entries(pipelines)
    .map(([environment, of]) => ({ environment, stack: group(of)["stack"] ?? usual[environment] }))
    .filter(({ stack }, index, all) => stack !== undefined && all.findIndex((other) => other.stack === stack) < index)
    .map(({ environment, stack }) => ({
      path: `${PATH}.pipelines.${environment}.stack`,
      wrong: "is the stack of another environment, too",
      got: stack,
    }));

function timeNeeds(settings: Raw): Problem[] {
  const { history, locked }: Raw = { ...USUAL, ...settings };
  const days = (duration: unknown) => readable(() => inSeconds(duration as Duration) / DAY);
  const [kept, closed] = [days(history), days(locked)];
  const whole = (path: string, count: number | undefined, got: unknown): Problem[] =>
    count === undefined || Number.isInteger(count)
      ? []
      : [{ path: `${PATH}.${path}`, wrong: "must be whole days", got, allowed: "1 day or more" }];
  return [
    ...whole("history", kept, history),
    ...whole("locked", closed, locked),
    ...(kept !== undefined && closed !== undefined && closed > kept
      ? [{ path: `${PATH}.locked`, wrong: "must not be longer than history", got: locked, allowed: `up to ${String(history)}` }]
      : []),
  ];
}

function pipelinesNeeds(environment: string, settings: Raw): Problem[] {
  const path = `${PATH}.pipelines.${environment}`;
  const { deploy, release } = settings;
  if (deploy === undefined && release === undefined)
    return [{ path, wrong: "names no pipeline", allowed: "deploy, release", todo: "set one of them" }];
  return [
    ...Object.entries({ deploy, release }).flatMap(([purpose, of]) => (of === undefined ? [] : jobsNeeds(`${path}.${purpose}`, group(of)))),
    ...deployKeyNeeds(path, environment, settings),
  ];
}

function deployKeyNeeds(path: string, environment: string, { deploy, deployKey, parameters }: Raw): Problem[] {
  if (deployKey === undefined) return [];
  return [
    ...(deploy === undefined
      ? [{ path: `${path}.deployKey`, wrong: "is for a pipeline that deploys", todo: "set deploy, or leave it out" }]
      : []),
    ...readNeeds(`${path}.deployKey`, deployKey, [environment], Array.isArray(parameters) ? parameters : []),
  ];
}

/** Who has the key is root on the machines: no task may read it. */
function readNeeds(path: string, key: unknown, environments: readonly string[], parameters: readonly unknown[] = []): Problem[] {
  if (typeof key !== "string") return [];
  const folders = environments.map((environment) => `${parametersOf(environment as Environment)}/`);
  return folders.some((folder) => key.startsWith(folder)) || parameters.includes(key)
    ? [
        {
          path,
          wrong: "could be read by the environment's tasks",
          got: key,
          allowed: `a name outside of ${folders.join(", ")} and of parameters, such as "/flowfleet/deploy-key"`,
        },
      ]
    : [];
}

/** Jobs of one forge, chosen by one thing: two would be two roles. */
function jobsNeeds(path: string, of: Raw): Problem[] {
  const one = (at: string, from: Raw, keys: readonly string[], what: string): Problem[] =>
    keys.filter((key) => from[key] !== undefined).length === 1
      ? []
      : [
          {
            path: at,
            wrong: `must name one ${what}`,
            got: keys.filter((key) => from[key] !== undefined).join(", "),
            allowed: keys.join(", "),
          },
        ];
  return [
    ...one(path, of, ["github", "gitlab"], "forge"),
    ...(of["github"] === undefined ? [] : one(`${path}.github`, group(of["github"]), ["environment", "branch", "tag"], "kind of jobs")),
    ...(of["gitlab"] === undefined ? [] : one(`${path}.gitlab`, group(of["gitlab"]), ["branch", "tag"], "kind of jobs")),
  ];
}
