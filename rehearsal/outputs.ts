import type { Props } from "./engine";

/** Whether a value has names for what is in it, as an output with outputs of its own: `flowstack`, and `aws` in it. */
export const isGroup = (value: Props[string] | undefined): value is Props =>
  typeof value === "object" && value !== null && !Array.isArray(value);
