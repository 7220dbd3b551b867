import type * as pulumi from "@pulumi/pulumi";
import type { SecretVariable } from "../../components/secrets/secret-bundle";
import { databaseOf } from "./guide";
import type { FlatlogicSettings } from "./settings";
import { backendPort, FURTHER, madeVariables, VARIABLE_NAMES, VARIABLES } from "./variables";
import type { Variable, VariableName } from "./variables";

type Whom = Variable["for"][number];
type Text = pulumi.Input<string>;

/** Secrets that the stack makes, unless they are given. */
export interface Made {
  SECRET_KEY: Text;
  DB_PASS: Text;
}

/** What everybody may see of the backend's variables. */
export const backendEnvironment = (settings: FlatlogicSettings): Record<string, Text> => ({
  ...valuesFor("backend", settings, (name) => !isSecret(name)),
  // A program that is told none listens on nginx's.
  PORT: String(backendPort(settings.variables)),
  // All data are other ones now, and what the backend knows of them is no longer true.
  ...(settings.reset && { FLOWFLEET_RESET: settings.reset.word }),
});

/** What only the backend's process, and the clean-up of its tokens, may see. */
export const backendSecrets = (settings: FlatlogicSettings, made: Made): Record<string, SecretVariable> =>
  variables({
    ...valuesFor("backend", settings, isSecret),
    ...furtherFor("backend", settings),
    SECRET_KEY: made.SECRET_KEY,
    DB_PASS: made.DB_PASS,
  });

/** `~/executor/.env`: every variable of the agent and of the project. */
export const agentVariables = (settings: FlatlogicSettings): Record<string, SecretVariable> =>
  variables({ ...valuesFor("agent", settings, () => true), ...furtherFor("agent", settings) });

/** What only the process `fl-executor` may see. `DB_PASS` is not in its file. */
export const executorSecrets = ({ agent }: FlatlogicSettings, { DB_PASS }: Made): Record<string, SecretVariable> =>
  variables({ ...agent.tokens, DB_PASS });

const isSecret = (name: VariableName): boolean => ["secret", "generated"].includes(VARIABLES[name].kind);

/** Those that are set, and those that the stack decides. */
function valuesFor(whom: Whom, settings: FlatlogicSettings, which: (name: VariableName) => boolean): Record<string, Text> {
  const made = madeVariables(settings.variables, databaseOf(settings.variables.PROJECT_ID));
  const all: Record<string, unknown> = { ...settings.variables, ...made };
  return Object.fromEntries(
    VARIABLE_NAMES.filter((name) => (VARIABLES[name] as Variable).for.includes(whom) && all[name] !== undefined && which(name)).map(
      (name) => [name, textOf(all[name])],
    ),
  );
}

const furtherFor = (whom: Whom, { more }: FlatlogicSettings): Record<string, Text> =>
  Object.fromEntries(
    Object.entries(more).filter(([name]) =>
      Object.entries(FURTHER).some(([beginning, those]: [string, Variable["for"]]) => name.startsWith(beginning) && those.includes(whom)),
    ),
  );

const textOf = (value: unknown): Text => {
  if (typeof value === "number") return String(value);
  return Array.isArray(value) ? value.join(",") : (value as Text);
};

const variables = (values: Record<string, Text>): Record<string, SecretVariable> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
