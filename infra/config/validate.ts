import { endingExceptions } from "./ending-exceptions";
import type { Finding } from "./places";
import type { MissingSecret, Stack } from "./stacks";
import { crossStackProblems, otherStackProblems, placed, readStack } from "./stacks";
import { strayFiles } from "./stray-files";

export interface Validated {
  findings: Finding[];
  /** Nothing is wrong yet. */
  warnings: Finding[];
  missing: (MissingSecret & { stack: string })[];
}

/**
 * Everything that is wrong in some of the stacks. Stacks clash with each other, and have each other's machines, so that all are read.
 *
 * @param root Folder with `Pulumi.yaml`.
 * @param chosen With all of the names, files that belong to no stack are looked for, too.
 * @param today On which exceptions hold, such as "2026-11-21".
 */
export function validate(
  root: string,
  names: readonly string[],
  chosen: readonly string[],
  today = new Date().toISOString().slice(0, 10),
): Validated {
  const all = names.map((name) => readStack(root, name));
  const ours = all.filter(({ stack }) => chosen.includes(stack));
  const between = [...crossStackProblems(all), ...otherStackProblems(all)];
  const { ended, ending } = endingExceptions(ours, today);
  return {
    findings: [
      ...ours.flatMap(({ findings }) => findings),
      ...between.filter((finding) => concerns(finding, ours)),
      ...placed([...ours.flatMap(emptied), ...ended], ours),
      ...(ours.length === all.length ? strayFiles(root, all) : []),
    ].sort(byPlace),
    warnings: placed(ending, ours).sort(byPlace),
    missing: ours.flatMap(({ stack, missingSecrets }) => missingSecrets.map((secret) => ({ stack, ...secret }))),
  };
}

/** A plan of it is right as it is: everything goes. */
const emptied = ({ stack, isRead, raw }: Stack): Finding[] =>
  isRead && Object.keys(raw).length === 0
    ? [
        {
          file: `Pulumi.${stack}.yaml`,
          path: "",
          wrong: "sets nothing of Flowfleet: `pulumi up` would take down all that the stack has",
          todo: "set what it is to have; of a stack that has nothing left, remove the file with it: pulumi stack rm",
        },
      ]
    : [];

/** Of two sides of a clash either may be the one that was asked for. */
const concerns = ({ file, wrong }: Finding, stacks: readonly Stack[]): boolean =>
  stacks.map(({ stack }) => `Pulumi.${stack}.yaml`).some((one) => file === one || wrong.includes(`${one} `));

/** A file is read from its top; what is wrong with one setting stays in its order. */
function byPlace(a: Finding, b: Finding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
}
