/** Which former URNs a resource may have had. */
import type { AliasSpec, Goal } from "../plan/goal";
import { makeUrn, parseUrn } from "./urn";

/**
 * Former URNs in order of preference: the given ones, then those that follow from the parent's former URNs (a child of a renamed
 * component was renamed with it), and both together.
 */
export function formerUrns(
  goal: Pick<Goal, "type" | "name" | "parent" | "aliases">,
  urn: string,
  parentFormer: readonly string[],
): string[] {
  const { stack, project } = parseUrn(urn);
  const parentName = goal.parent ? parseUrn(goal.parent).name : "";
  const urns = goal.aliases.flatMap((alias) => expand(alias, goal, stack, project, parentFormer));
  for (const former of parentFormer) {
    // A child named after its parent follows the parent's former name, too.
    const formerName = parseUrn(former).name;
    const names = goal.name.startsWith(parentName) ? [formerName + goal.name.slice(parentName.length), goal.name] : [goal.name];
    for (const name of names) urns.push(makeUrn(stack, project, former, goal.type, name));
    for (const alias of goal.aliases) {
      if (alias.urn || alias.parent || alias.noParent) continue;
      urns.push(makeUrn(alias.stack ?? stack, alias.project ?? project, former, alias.type ?? goal.type, alias.name ?? goal.name));
    }
  }
  return [...new Set(urns)].filter((former) => former !== urn);
}

function expand(
  alias: AliasSpec,
  goal: Pick<Goal, "type" | "name" | "parent">,
  stack: string,
  project: string,
  parentFormer: readonly string[],
): string[] {
  if (alias.urn) return [alias.urn];
  const parents = alias.noParent ? [undefined] : alias.parent ? [alias.parent] : [goal.parent];
  if (alias.parent && alias.parent === goal.parent) parents.push(...parentFormer);
  return parents.map((parent) =>
    makeUrn(alias.stack ?? stack, alias.project ?? project, parent, alias.type ?? goal.type, alias.name ?? goal.name),
  );
}
