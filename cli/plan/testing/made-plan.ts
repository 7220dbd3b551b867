import type { Props } from "../../../rehearsal/engine";
import type { Plan, PlannedResource } from "../../../rehearsal/plan";

/** A small plan that is made by hand: a stack with the machine `main` and the system FlowMaster on it. */

const STACK = "urn:pulumi:prod::flowfleet::pulumi:pulumi:Stack::flowfleet-prod";
export const COMMAND = "command:remote:Command";
export const CONTAINER = "docker:index/container:Container";
export const VOLUME = "docker:index/volume:Volume";
const MACHINE = "203.0.113.10";

export const urn = (type: string, name: string): string => `urn:pulumi:prod::flowfleet::${type}::${name}`;
const SYSTEM = urn("flowfleet:flowmaster:FlowMaster", "flowmaster");

type Made = Partial<PlannedResource> & Pick<PlannedResource, "op" | "urn" | "type">;
const made = (of: Made): PlannedResource => ({ custom: true, dependencies: [], inputs: {}, changedSecrets: [], replaceKeys: [], ...of });

export const component = (type: string, name: string, parent = STACK): PlannedResource =>
  made({ op: "same", urn: urn(type, name), type, custom: false, parent });

/** Of FlowMaster. */
export const inSystem = (type: string, name: string, of: Partial<PlannedResource> & Pick<PlannedResource, "op">): PlannedResource =>
  made({ urn: urn(`flowfleet:flowmaster:FlowMaster$${type}`, name), type, parent: SYSTEM, ...of });

/** A step on the machine `main`. */
export const onMachine = (noun: string, name: string, of: Partial<PlannedResource> & Pick<PlannedResource, "op">): PlannedResource => {
  const step = (inputs: Props): Props => ({ create: `sudo -n /usr/local/lib/flowfleet/helper ${noun} apply`, ...inputs });
  const { inputs = {}, before, ...others } = of;
  return made({
    urn: urn(`flowfleet:host:HostBase$${COMMAND}`, `main-${name}`),
    type: COMMAND,
    machine: MACHINE,
    inputs: step(inputs),
    ...(before && { before: step(before) }),
    ...others,
  });
};

export const document = (value: object): Props => ({ stdin: `${JSON.stringify({ owner: "o", ...value }, null, 2)}\n` });

export function madePlan(resources: readonly PlannedResource[], more: Partial<Plan> = {}): Plan {
  const all = [
    made({ op: "same", urn: STACK, type: "pulumi:pulumi:Stack", custom: false }),
    component("flowfleet:host:Host", "main"),
    onMachine("claim", "claim", { op: "same" }),
    component("flowfleet:flowmaster:FlowMaster", "flowmaster"),
    ...resources,
  ];
  return {
    stack: "prod",
    succeeded: true,
    interruptions: [],
    resources: all,
    outputs: {},
    assumed: [],
    diagnostics: [],
    judged: [],
    ...more,
  };
}
