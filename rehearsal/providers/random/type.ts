import type { Props } from "../../engine";
import type { Properties } from "../properties";

/** One resource type of the package `random`. Any change of a property's planned value replaces the resource. */
export interface RandomType {
  properties: Properties;
  /** Names of what only a create can know. */
  results: string[];
  /** Results that are secret. */
  secrets?: string[];
  /** Rules between properties; the first is the message. */
  check?: (inputs: Props) => { property: string; reason: string }[];
  /** What a plan says of the inputs: defaults that the official provider keeps out of the inputs. */
  plan?: (inputs: Props) => Props;
  /** Draws. Inputs are the planned ones. */
  draw: (inputs: Props) => Promise<{ id: string; results: Props }> | { id: string; results: Props };
}

export const KEEPERS = { keepers: { kind: "map" } } as const;

/** The official provider's generator for `seed` is Go's, whose numbers only Go gives. */
export function refuseSeed(inputs: Props): { property: string; reason: string }[] {
  const given = inputs["seed"] !== undefined && inputs["seed"] !== "";
  return given
    ? [{ property: "seed", reason: "the offline engine cannot draw what the official provider draws from a seed; leave it out" }]
    : [];
}
