import type { Finding } from "./places";
import type { MissingSecret, Stack } from "./stacks";
import { otherStackProblems, crossStackProblems, readStack } from "./stacks";

export interface Validated {
  findings: Finding[];
  missing: (MissingSecret & { stack: string })[];
}

/**
 * Everything that is wrong in some of the stacks. Stacks clash with each other, and have each other's machines, so that all are read.
 *
 * @param root Folder with `Pulumi.yaml`.
 */
export function validate(root: string, names: readonly string[], chosen: readonly string[]): Validated {
  const all = names.map((name) => readStack(root, name));
  const ours = all.filter(({ stack }) => chosen.includes(stack));
  const between = [...crossStackProblems(all), ...otherStackProblems(all)];
  return {
    findings: [...ours.flatMap(({ findings }) => findings), ...between.filter((finding) => concerns(finding, ours))].sort(byPlace),
    missing: ours.flatMap(({ stack, missingSecrets }) => missingSecrets.map((secret) => ({ stack, ...secret }))),
  };
}

/** Of two sides of a clash either may be the one that was asked for. */
const concerns = ({ file, wrong }: Finding, stacks: readonly Stack[]): boolean =>
  stacks.map(({ stack }) => `Pulumi.${stack}.yaml`).some((one) => file === one || wrong.includes(`${one} `));

/** A file is read from its top; what is wrong with one setting stays in its order. */
function byPlace(a: Finding, b: Finding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
}
