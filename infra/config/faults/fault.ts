/** One thing that is wrong in the stacks of this folder, and all that `flowfleet validate` says to it. */
export interface Fault {
  name: string;
  /** @default "Pulumi.demo.yaml" */
  file?: "Pulumi.shared.yaml" | "releases/demo.yaml";
  /** What stands there once. */
  from: string;
  /** What stands in its place. */
  to: string;
  /** Every line that is printed. */
  lines: readonly string[];
  /** Secrets that are then missing: path@line:column of the group that they belong in. @default none */
  missing?: readonly string[];
}
