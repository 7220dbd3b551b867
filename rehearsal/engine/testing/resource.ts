/** A resource for tests. */
import type { Resource } from "../model/resource";

export const urnOf = (name: string): string => `urn:pulumi:dev::tested::test:index:Thing::${name}`;
export function resource(name: string, more: Partial<Resource> = {}): Resource {
  return { urn: urnOf(name), custom: true, id: `${name}#1`, type: "test:index:Thing", inputs: {}, outputs: {}, dependencies: [], ...more };
}
