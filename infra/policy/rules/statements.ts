import { group, list, opened, parsed, type Props } from "../resource";

/** The statements of a policy; none while it is not known. */
export const statementsOf = (policy: unknown): Props[] =>
  several(group(typeof opened(policy) === "string" ? parsed(policy) : policy)["Statement"]).map(group);
/** One, or several of them. */
export const several = (value: unknown): readonly unknown[] => (value === undefined ? [] : Array.isArray(value) ? list(value) : [value]);
