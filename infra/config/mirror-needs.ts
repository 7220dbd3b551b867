import type { Problem } from "../../components/kernel/refuse";
import { ENVIRONMENT_NAMES as FLOWMASTER } from "../../stacks/flowmaster/guide";
import { ENVIRONMENT_NAMES as FLOWRA } from "../../stacks/flowra/guide";
import { ENVIRONMENT_NAMES as FLOWSTACK } from "../../stacks/flowstack/guide";
import { isIn, mirrorFolder } from "./mirror-folder";
import type { Raw } from "./raw";
import { group } from "./raw";
import type { OtherStacks } from "./stack-file";
import { STACKS } from "./state-schema";

/**
 * What pipelines need of the stacks that they bring up: one that mirrors its outputs is written where its own file says, by a role with rights
 * in the state's account and region alone.
 *
 * @param state What is said of Pulumi's state.
 */
export const mirrorNeeds = (state: Raw, otherStacks: OtherStacks): Problem[] =>
  pipelinesOf(state).flatMap(({ at, stack, deploy, outputs }, _, all) => {
    const path = `flowfleet:state.${at}.outputs`;
    if (deploy === undefined)
      return outputs === undefined ? [] : [{ path, wrong: "is for a pipeline that deploys", todo: "leave it out, or set deploy" }];
    const apart = apartNeeds(path, outputs, all);
    const other = typeof stack === "string" ? otherStacks(stack) : undefined;
    return other === undefined
      ? apart
      : [...apart, ...pipelineNeeds(path, { outputs, stack: String(stack) }, state, group(other["outputs"])["mirror"])];
  });

/** What the folder of a stack's own outputs must not be: whoever reads them could read secrets, the state's stack's keys of machines among them. */
export function folderNeeds({ outputs, state }: Raw): Problem[] {
  const { account, region, path } = group(group(outputs)["mirror"]);
  const { account: ours, region: here, ...roles } = group(state);
  return apartNeeds("flowfleet:outputs.mirror.path", path, account === ours && region === here ? pipelinesOf(roles) : []);
}

/** Folders of secrets in Parameter Store, as systems on AWS have them. */
const SECRETS = Object.entries({ flowmaster: FLOWMASTER, flowra: FLOWRA, flowstack: FLOWSTACK }).flatMap(([system, environments]) =>
  environments.map((environment) => `/${system}/${environment}`),
);

/** Rights to a folder are rights to all that is in it: nothing else may be there, and it in no folder of anything else. */
function apartNeeds(path: string, folder: unknown, pipelines: readonly OfPipeline[]): Problem[] {
  if (typeof folder !== "string") return [];
  const others = pipelines.flatMap(({ at, deployKey, parameters, outputs }) => [
    { name: deployKey, of: ` of ${at}.deployKey` },
    ...(Array.isArray(parameters) ? parameters : []).map((name: unknown) => ({ name, of: ` of ${at}.parameters` })),
    ...(path.endsWith(`.${at}.outputs`) ? [] : [{ name: outputs, of: ` of ${at}.outputs` }]),
  ]);
  const taken = [...others, ...SECRETS.map((name) => ({ name, of: ", where secrets are" }))].filter(
    ({ name }) => typeof name === "string" && (isIn(name, folder) || isIn(folder, name)),
  );
  return taken.map(({ name, of }) => ({
    path,
    wrong: `would give rights to ${String(name)}${of}`,
    got: folder,
    todo: 'name a folder with nothing else in it, such as "/flowfleet/prod"',
  }));
}

/** What is said of a pipeline, with its stack, and the path of it. */
interface OfPipeline extends Raw {
  at: string;
}

/** Those of environments, and those of stacks with machines alone. */
export const pipelinesOf = ({ pipelines, stacks }: Raw, usual: Readonly<Record<string, string>> = STACKS): OfPipeline[] => [
  ...Object.entries(group(pipelines)).map(([environment, of]) => ({
    stack: usual[environment],
    ...group(of),
    at: `pipelines.${environment}`,
  })),
  ...Object.entries(group(stacks)).map(([stack, of]) => ({ ...group(of), stack, at: `stacks.${stack}` })),
];

function pipelineNeeds(path: string, { outputs, stack }: { outputs: unknown; stack: string }, state: Raw, mirror: unknown): Problem[] {
  const file = `Pulumi.${stack}.yaml`;
  if (mirror === undefined)
    return outputs === undefined
      ? []
      : [{ path, wrong: `is for a stack that mirrors its outputs, and ${file} does not`, got: outputs, todo: "leave it out" }];
  const { path: folder = mirrorFolder(stack), account, region } = group(mirror);
  const place = (of: Raw) => `${String(of["account"])} ${String(of["region"])}`;
  const where = `${file} flowfleet:outputs.mirror`;
  return [
    ...(outputs === folder
      ? []
      : [{ path, wrong: `is not the folder of ${where}`, ...(outputs !== undefined && { got: outputs }), allowed: String(folder) }]),
    ...(place({ account, region }) === place(state)
      ? []
      : [
          {
            path,
            wrong: `gives no rights where ${where} is`,
            got: place({ account, region }),
            allowed: `${place(state)}, where the state and the roles of pipelines are`,
          },
        ]),
  ];
}
