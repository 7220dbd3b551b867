import * as pulumi from "@pulumi/pulumi";

/** Text of an output by its path: `flowmaster/release/backend`. */
export type MirroredOutputs = Record<string, pulumi.Output<string>>;

/**
 * The outputs as texts, one for each that is no group: `flowmaster.release.backend` is `flowmaster/release/backend`. A list of words has commas,
 * as in variables; a list of groups is JSON. What is not set, and an empty list, is no text.
 *
 * @example mirrored({ contract: 1, flowmaster: { url } }) // { contract: "1", "flowmaster/url": url }
 */
export const mirrored = (outputs: object): MirroredOutputs => Object.fromEntries(texts(outputs, []));

function texts(value: unknown, path: readonly string[]): [string, pulumi.Output<string>][] {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return [];
  if (pulumi.Output.isInstance(value) || Array.isArray(value) || typeof value !== "object")
    return [[path.join("/"), pulumi.output(value).apply(textOf)]];
  return Object.entries(value).flatMap(([key, inner]) => texts(inner, [...path, key]));
}

function textOf(value: unknown): string {
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.map(String).join(",");
  return typeof value === "string" ? value : JSON.stringify(value);
}
