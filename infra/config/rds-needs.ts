import { serverProblems } from "../../components/aws/rds-problems";
import type { ServerWishes } from "../../components/aws/rds-args";
import { inSeconds } from "../../components/kernel/duration";
import type { Duration } from "../../components/kernel/duration";
import type { Problem } from "../../components/kernel/refuse";
import { inMegabytes } from "../../components/kernel/size";
import type { Size } from "../../components/kernel/size";
import { readable } from "./machine-needs";
import type { Raw } from "./raw";

/** What each setting is read by; what cannot be read at all, the schema says. */
const READ: Readonly<Record<string, (value: unknown) => unknown>> = {
  version: String,
  publiclyAccessible: String,
  storage: (value) => inMegabytes(value as Size),
  maxStorage: (value) => inMegabytes(value as Size),
  backups: (value) => inSeconds(value as Duration),
};

/**
 * What RDS would not take of a server that is made: what the component would refuse, too, when other things were registered already.
 *
 * @param usual What holds where nothing is said.
 */
export function rdsNeeds(path: string, given: Raw, usual: ServerWishes): Problem[] {
  if (given["existing"] !== undefined) return [];
  const wished = Object.entries({ ...usual, ...given }).filter(([key, value]) => readable(() => READ[key]?.(value)) !== undefined);
  // What has a form of its own is right here, so that nothing is said twice.
  const wishes = { ...usual, ...Object.fromEntries(wished), publiclyAccessible: String(given["publiclyAccessible"]) === "true" };
  return serverProblems(wishes).map((problem) => ({ ...problem, path: `${path}.${problem.path}` }));
}
