import * as pulumi from "@pulumi/pulumi";
import { Secret } from "../secret";

/** A checked configuration as a program gets it, for tests that read it from a text: its secrets are secret Outputs. */
export function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Secret) return pulumi.secret(value.reveal());
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]));
}
