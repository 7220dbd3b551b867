/** The systems that a stack may have: their key in the stack file and in the release file, and their name. */
export const SYSTEMS = {
  flowmaster: "FlowMaster",
  flowra: "Flowra",
  flowstack: "FlowStack",
  coreflow: "CoreFlow",
  flatlogic: "Flatlogic",
} as const;
export type System = keyof typeof SYSTEMS;
export const SYSTEM_NAMES = Object.keys(SYSTEMS) as System[];
