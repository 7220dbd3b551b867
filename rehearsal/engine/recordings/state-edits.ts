/** `pulumi state …` of the recordings: the engine has no such commands; a person exports, edits and imports. */
import { exportState, importState, type StateOptions, type StoredResource } from "..";

export async function editState([command, verb, urn, name]: string[], location: StateOptions): Promise<void> {
  if (command !== "state") return;
  const exported = await exportState(location);
  let resources: StoredResource[] = exported.deployment.resources ?? [];
  if (verb === "protect" || verb === "unprotect") {
    for (const resource of resources) {
      if (resource.urn !== urn) continue;
      if (verb === "protect") resource["protect"] = true;
      else Reflect.deleteProperty(resource, "protect");
    }
  } else if (verb === "delete") {
    // The command refuses what others depend on.
    const isNeeded = resources.some((resource) => resource.urn !== urn && JSON.stringify(resource).includes(JSON.stringify(urn)));
    if (!isNeeded) resources = resources.filter((resource) => resource.urn !== urn);
  } else if (verb === "rename") {
    const renamed = `${urn?.split("::").slice(0, 3).join("::") ?? ""}::${name ?? ""}`;
    resources = JSON.parse(JSON.stringify(resources).split(JSON.stringify(urn)).join(JSON.stringify(renamed))) as StoredResource[];
    // The command writes anew what depends on the renamed one, without the properties that depend on nothing.
    for (const resource of resources.filter((each) => each.urn !== renamed && JSON.stringify(each).includes(JSON.stringify(renamed)))) {
      const dependencies = Object.entries((resource["propertyDependencies"] ?? {}) as Record<string, string[]>);
      resource["propertyDependencies"] = Object.fromEntries(dependencies.filter(([, urns]) => urns.length > 0));
    }
  }
  await importState(location, { ...exported, deployment: { ...exported.deployment, resources } });
}
