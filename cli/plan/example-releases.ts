import { isDeepStrictEqual } from "node:util";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { readStack, releasesOf } from "../../infra/config/stacks";

/** Folder of the releases that golden plans are made of, below that of `Pulumi.yaml`: what pipelines release must not change a golden plan. */
export const GOLDEN_RELEASES = "infra/golden/releases";

/** Whether what the stack deploys are the releases of its golden plan. */
export function hasExampleReleases(root: string, stack: string): boolean {
  const file = path.join(root, GOLDEN_RELEASES, `${stack}.yaml`);
  const { raw, releases } = readStack(root, stack);
  const examples = releasesOf(stack, raw, () => (existsSync(file) ? readFileSync(file, "utf8") : undefined));
  return isDeepStrictEqual(releases, examples.releases);
}
