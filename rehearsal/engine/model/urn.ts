/** `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>` */
export const STACK_TYPE = "pulumi:pulumi:Stack";

export interface UrnParts {
  stack: string;
  project: string;
  /** With the types of its parents, separated by `$`. */
  qualifiedType: string;
  type: string;
  name: string;
}

export function parseUrn(urn: string): UrnParts {
  const [scheme = "", project = "", qualifiedType = "", ...name] = urn.split("::");
  return {
    stack: scheme.replace(/^urn:pulumi:/, ""),
    project,
    qualifiedType,
    type: qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1),
    name: name.join("::"),
  };
}
export function makeUrn(stack: string, project: string, parent: string | undefined, type: string, name: string): string {
  const parentType = parent ? parseUrn(parent).qualifiedType : "";
  const qualified = parentType && parentType !== STACK_TYPE ? `${parentType}$${type}` : type;
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

export const PROVIDER_PREFIX = "pulumi:providers:";
export function isProviderType(type: string): boolean {
  return type.startsWith(PROVIDER_PREFIX);
}
/** `random:index/randomId:RandomId` -> `random`, `pulumi:providers:random` -> `random`. */
export function packageOf(type: string): string {
  const parts = type.split(":");
  return (isProviderType(type) ? parts[2] : parts[0]) ?? "";
}
export function isDefaultProvider(urn: string): boolean {
  const { type, name } = parseUrn(urn);
  return isProviderType(type) && /^default(_|$)/.test(name);
}
/** A provider reference is `<urn>::<id>`. */
export function splitProviderRef(ref: string): { urn: string; id: string } {
  const at = ref.lastIndexOf("::");
  return { urn: ref.slice(0, at), id: ref.slice(at + 2) };
}
