/** A group of settings as it was read, before any check. */
export type Raw = Record<string, unknown>;

/** The value as a group; one that is none is empty here, and the schema says what it should be. */
export const group = (value: unknown): Raw => (typeof value === "object" && value !== null ? (value as Raw) : {});
