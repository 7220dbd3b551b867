/** The engine's own refusals, in Pulumi's words. */
import type { PendingOperation, Resource } from "../model/resource";
import type { CheckResponse, Props } from "../provider";
import { isSecret } from "../wire/values";

export function interrupted(operations: readonly PendingOperation[]): string {
  const list = operations.map(({ type, resource }) => `  * ${resource.urn}, interrupted while ${type}`);
  return (
    `The last run was interrupted in ${operations.length} operation(s), of which nobody knows how they ended:\n${list.join("\n")}\n` +
    "Look at what they were about; a create that did end left something behind which the state does not know."
  );
}
export function deleteProtected(urn: string): string {
  return (
    `resource "${urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the \`protect\` flag from the ` +
    `resource in your Pulumi program and run \`pulumi up\`, or use the command:\n\`pulumi state unprotect '${urn}'\``
  );
}
export function replaceProtected(urn: string): string {
  return (
    `unable to replace resource "${urn}"\nas it is currently marked for protection. To unprotect the resource, remove the \`protect\` ` +
    `flag from the resource in your Pulumi program and run \`pulumi up\``
  );
}
export function replaceImported(keys: readonly string[]): string {
  return (
    "previously-imported resources that still specify an ID may not be replaced; please remove the `import` declaration from your program;" +
    `\n${keys.join(", ")}`
  );
}
export function notThere(id: string, preview: boolean): string {
  return `${preview ? "Preview failed: " : ""}resource '${id}' does not exist`;
}
export function duplicateUrn(urn: string): string {
  return `Duplicate resource URN '${urn}'; try giving it a unique name`;
}
export function checkFailures(resource: Resource, name: string, inputs: Props, failures: CheckResponse["failures"]): string[] {
  return failures.map(({ property, reason }) => {
    if (!property) return `${resource.type} resource '${name}' has a problem: ${reason}`;
    const value = inputs[property];
    const shown =
      value === undefined ? "<nil>" : isSecret(value) ? "[secret]" : typeof value === "object" ? JSON.stringify(value) : String(value);
    return `${resource.type} resource '${name}': property ${property} value {${shown}} has a problem: ${reason}`;
  });
}
export function notInTargets(urn: string): string {
  return (
    `Resource '${urn}' will be destroyed but was not specified in --target list.\n` +
    "Either include resource in --target list or pass --target-dependents to proceed."
  );
}
export function dependsOnSkipped(urn: string, dependency: string): string {
  return (
    `Resource '${urn}' depends on '${dependency}' which was was not specified in --target list.\n` +
    "Include it, too, or leave the dependent out."
  );
}
export function targetNotFound(urn: string): string {
  return `Target '${urn}' could not be found in the stack. Did you forget to escape $ in your shell?`;
}
