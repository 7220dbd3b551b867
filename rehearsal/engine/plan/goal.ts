/** What the program wants of one resource. */
import type { Timeouts } from "../model/resource";
import type { Props } from "../provider";

export interface AliasSpec {
  urn?: string;
  name?: string;
  type?: string;
  stack?: string;
  project?: string;
  parent?: string;
  noParent?: boolean;
}
export interface Goal {
  type: string;
  name: string;
  custom: boolean;
  parent?: string;
  inputs: Props;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  /** Reference of the provider; absent: the package's default one. */
  provider?: string;
  version?: string;
  protect?: boolean;
  retainOnDelete?: boolean;
  deletedWith?: string;
  replaceWith: string[];
  deleteBeforeReplace?: boolean;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  aliases: AliasSpec[];
  importId?: string;
  customTimeouts?: Timeouts;
  hooks: Record<string, string[]>;
  sourcePosition?: string;
}
/** `X.get(…)` and StackReference. */
export interface ReadGoal {
  type: string;
  name: string;
  id: string;
  parent?: string;
  inputs: Props;
  dependencies: string[];
  provider?: string;
  version?: string;
  additionalSecretOutputs: string[];
}
