import { scryptSync } from "node:crypto";

/**
 * A short mark of values, to see by it whether one changed. A slow hash over all of them at once, cut short: whoever reads it in a plan
 * cannot try out one value after another.
 *
 * @param salt What the values belong to: the same values elsewhere have another mark.
 * @example markOf({ PASSWORD: "…" }, "/srv/shop/.env") // "8c1f09e4d2ab"
 */
export const markOf = (values: Readonly<Record<string, unknown>>, salt: string): string =>
  scryptSync(JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))), salt, 6).toString("hex");
