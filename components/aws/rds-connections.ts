/** Gigabytes of memory by size, in the families with the least, t and m; `2xlarge` is twice `xlarge`, and so on. */
const MEMORY: Readonly<Record<string, number>> = { micro: 1, small: 2, medium: 4, large: 8, xlarge: 16 };
const MEGABYTE = 1024 ** 2;
/** Assumed: AWS's formula does not count what the system and AWS's own processes take of the memory, and nobody says how much that is. */
const TAKEN = 256 * MEGABYTE;

/**
 * About so many connections PostgreSQL of RDS takes, unless its parameters say otherwise: one for each 9531392 bytes of memory, and at most
 * 5000. A class of unknown size is taken for the smallest, so that an alarm comes too early and not too late.
 *
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
 *
 * @example connectionsOf("db.t4g.small") // 197
 */
export function connectionsOf(instanceClass: string): number {
  const size = instanceClass.split(".").at(-1) ?? "";
  const [, times = "1", name = size] = /^(\d+)(xlarge)$/.exec(size) ?? [];
  const gigabytes = Number(times) * (MEMORY[name] ?? 1);
  return Math.min(Math.floor((gigabytes * 1024 * MEGABYTE - TAKEN) / 9_531_392), 5000);
}
