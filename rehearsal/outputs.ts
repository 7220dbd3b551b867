import type { Props } from "./engine";

/** Whether an output has outputs of its own: `flowstack`, and `aws` in it. */
export const isGroup = (value: Props[string] | undefined): value is Props =>
  typeof value === "object" && value !== null && !Array.isArray(value);
