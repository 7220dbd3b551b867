import { inSeconds } from "../../components/kernel/duration";
import type { Duration } from "../../components/kernel/duration";
import type { Problem } from "../../components/kernel/refuse";
import { readable } from "./machine-needs";
import type { Raw } from "./raw";
import { group } from "./raw";

const PATH = "flowfleet:state";
const DAY = 86_400;
/** As the component has them. */
const USUAL = { history: "90 days", locked: "14 days" };

/** What one setting of Pulumi's state needs of another. What cannot be read is left to the schema. */
export const stateNeeds = (settings: Raw): Problem[] => [
  ...timeNeeds(settings),
  ...Object.entries(group(settings["pipelines"])).flatMap(([environment, of]) => pipelinesNeeds(environment, group(of))),
];

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
  return Object.entries({ deploy, release }).flatMap(([purpose, of]) =>
    of === undefined ? [] : jobsNeeds(`${path}.${purpose}`, group(of)),
  );
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
