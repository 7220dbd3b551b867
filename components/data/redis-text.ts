import type { Lines } from "../kernel/lines";

/**
 * redis.conf. Limits of memory are a little below the container's: at the limit a write is refused, beyond it the whole server would
 * be killed, and rewriting its log takes memory too.
 *
 * @param options.users Path of the ACL file in the container.
 * @param options.memory The container's limit in MB.
 */
export const redisText = ({ users, memory }: { users: string; memory: number }): Lines => [
  "# Written by Flowfleet; a change makes the container anew.",
  "dir /data",
  "appendonly yes",
  "appendfsync everysec",
  "# In the place of requirepass: the application is user default, whose password is here as a hash.",
  `aclfile ${users}`,
  `maxmemory ${Math.max(1, Math.floor((memory * 3) / 4))}mb`,
  "maxmemory-policy noeviction",
];

/**
 * What Redis asks of the kernel. Its snapshots are written by a copy of the process, for which a kernel that counts memory strictly has
 * no room, although the two share nearly all of it: every write would then be refused. The limits of containers hold as before.
 */
export const redisKernelText = (): Lines => [
  "# Written by Flowfleet; a change here is undone by the next deployment.",
  "vm.overcommit_memory = 1",
];

/** As a user who may do nothing but this, whose password is no secret; by stdin all the same. */
export const REDIS_HEALTH = ["CMD-SHELL", "printf 'AUTH health health\\nPING\\n' | redis-cli | grep -qx PONG"];
