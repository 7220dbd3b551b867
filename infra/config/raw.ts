/** A group of settings as it was read, before any check. */
export type Raw = Record<string, unknown>;

/** Whether a value has names for what is in it, as an object of JSON or YAML has. */
export const isGroup = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);

/** The value as a group; one that is none is empty here, and the schema says what it should be. */
export const group = (value: unknown): Raw => (isGroup(value) ? value : {});
