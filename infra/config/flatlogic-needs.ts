import type { Problem } from "../../components/kernel/refuse";
import { BACKEND_PORT, databaseOf, PORTS } from "../../stacks/flatlogic/guide";
import { FURTHER, GROUPS, TUNNEL_PREFIX, VARIABLES } from "../../stacks/flatlogic/variables";
import type { Raw } from "./raw";
import { group } from "./raw";
import { isSteering, isVariable } from "./variable-names";

const PATH = "flowfleet:flatlogic";

/** What one setting of the Flatlogic VM needs of another. What cannot be read is left to the schema. */
export function flatlogicNeeds(settings: Raw): Problem[] {
  const variables = group(settings["variables"]);
  const more = group(settings["more"]);
  const agent = group(settings["agent"]);
  return [
    ...originsOf(variables),
    ...portOf(variables),
    ...groupsOf(variables, more),
    ...furtherOf(more),
    ...tokensOf(group(agent["tokens"]), more, agent["executor"] !== false && agent["executor"] !== "false"),
    ...resetOf(settings["reset"], variables),
  ];
}

/** Strict production, for which the platform lacks a setting. */
function originsOf({ NODE_ENV: mode, ALLOWED_ORIGINS: origins }: Raw): Problem[] {
  if (mode !== "production" || origins !== undefined) return [];
  return [
    {
      path: `${PATH}.variables.NODE_ENV`,
      wrong:
        "cannot be strict production: it requires ALLOWED_ORIGINS, which the platform doesn't set, and the backend will crash on startup",
      got: mode,
      allowed: "dev_stage",
      todo: "leave it out: compiled builds are flowfleet:flatlogic.mode; or set flowfleet:flatlogic.variables.ALLOWED_ORIGINS",
    },
  ];
}

/** The backend's own default is the port that nginx has here. */
function portOf({ NODE_ENV: mode = VARIABLES.NODE_ENV.default, PORT: port }: Raw): Problem[] {
  const path = `${PATH}.variables.PORT`;
  const choose = `set another one, such as ${BACKEND_PORT.dev_stage}`;
  if (port === undefined)
    return mode === "production"
      ? [{ path, wrong: `is missing, and its default is ${PORTS.nginx}, where nginx listens for the tunnel`, todo: choose }]
      : [];
  if (Number(port) === PORTS.nginx) return [{ path, wrong: "is where nginx listens for the tunnel", got: port, todo: choose }];
  if (mode !== VARIABLES.NODE_ENV.default || Number(port) === BACKEND_PORT.dev_stage) return [];
  const wrong = `changes nothing: with NODE_ENV=${mode} the backend listens on ${BACKEND_PORT.dev_stage}`;
  return [{ path, wrong, got: port, todo: "leave it out" }];
}

/** Half a login to somebody else's service fails when it is used, which may be much later. */
function groupsOf(variables: Raw, more: Raw): Problem[] {
  const given = [...Object.keys(variables), ...Object.keys(more)];
  return Object.entries(GROUPS).flatMap(([prefix, names]) => {
    const first = given.find((name) => name.startsWith(prefix));
    if (first === undefined) return [];
    return names
      .filter((name) => variables[name] === undefined)
      .map((name) => ({
        path: `${PATH}.variables.${name}`,
        wrong: `is missing beside ${first}`,
        todo: `set all of ${names.join(", ")}, or none`,
      }));
  });
}

const TUNNELS = "belongs to the tunnel alone, and no process of PM2 may have it";

function furtherOf(more: Raw): Problem[] {
  const beginnings = Object.keys(FURTHER);
  return Object.keys(more).flatMap((name): Problem[] => {
    const path = `${PATH}.more.${name}`;
    if (name.startsWith(TUNNEL_PREFIX)) return [{ path, wrong: TUNNELS, todo: `its token is ${PATH}.tunnel.token` }];
    if (Object.hasOwn(VARIABLES, name)) return [{ path, wrong: "has a place of its own", todo: `set ${PATH}.variables.${name}` }];
    if (isVariable(name) && beginnings.some((beginning) => name.startsWith(beginning))) return [];
    return [{ path, wrong: "is no variable of the platform", allowed: `what begins with ${beginnings.join(", ")}` }];
  });
}

function tokensOf(tokens: Raw, more: Raw, runs: boolean): Problem[] {
  const path = `${PATH}.agent.tokens`;
  const names = Object.keys(tokens);
  return [
    ...(names.length > 0 && !runs
      ? [{ path, wrong: "is for fl-executor, which flowfleet:flatlogic.agent.executor says is not there" }]
      : []),
    ...names.flatMap((name): Problem[] => {
      if (name.startsWith(TUNNEL_PREFIX)) return [{ path: `${path}.${name}`, wrong: TUNNELS, todo: `its token is ${PATH}.tunnel.token` }];
      if (!isVariable(name)) return [{ path: `${path}.${name}`, wrong: "is no name of a variable" }];
      if (isSteering(name)) return [{ path: `${path}.${name}`, wrong: "decides how programs run, which is not the agent's to say" }];
      if (!Object.hasOwn(VARIABLES, name) && !Object.hasOwn(more, name)) return [];
      // With `--update-env` PM2 hands the variables of who restarts a process on to it.
      return [
        {
          path: `${path}.${name}`,
          wrong: "is a variable of the application, which the agent's restarts would overwrite",
          todo: "give the token another name",
        },
      ];
    }),
  ];
}

/** Nobody deletes all data by a slip. */
function resetOf(reset: unknown, { PROJECT_ID: id }: Raw): Problem[] {
  const { confirm } = group(reset);
  if (reset === undefined || confirm === undefined || Number.isNaN(Number(id))) return [];
  const name = databaseOf(Number(id));
  if (confirm === name) return [];
  const wrong = `must be the name of the database: db:reset deletes all data in it, once for each ${PATH}.reset.word`;
  return [{ path: `${PATH}.reset.confirm`, wrong, got: confirm, allowed: name }];
}
