/**
 * A record with the same keys and changed values.
 *
 * @example mapValues({ a: 1 }, (value) => value + 1) // { a: 2 }
 */
export const mapValues = <T, U>(record: Readonly<Record<string, T>>, change: (value: T, key: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
