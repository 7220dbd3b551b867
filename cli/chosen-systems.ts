import type { Stack } from "../infra/config/stacks";
import { SYSTEM_NAMES } from "../infra/config/systems";

/** A stack without what is not to come up, and the settings of its file that this takes away. */
export type ReducedStack = Stack & { leftOut: string[] };

/** Systems that the stack's file declares. */
export const systemsOf = ({ config }: Stack): string[] => SYSTEM_NAMES.filter((system) => config?.[system] !== undefined);

/** The stack with these of its systems only. What of its machines they use, `withHosts` can tell when all stacks are known. */
export function withSystems(stack: Stack, systems: readonly string[]): ReducedStack {
  const unwanted = systemsOf(stack).filter((system) => !systems.includes(system));
  const { config } = stack;
  return without(
    {
      ...stack,
      config: config && { ...config, ...Object.fromEntries(unwanted.map((system) => [system, undefined])) },
      releases: Object.fromEntries(Object.entries(stack.releases).filter(([system]) => !unwanted.includes(system))),
      leftOut: [],
    },
    unwanted.map((system) => `flowfleet:${system}`),
  );
}

/** The stack without the bucket of Pulumi's state and the roles of pipelines: they are of no system. */
export function withoutState(stack: ReducedStack): ReducedStack {
  const { config } = stack;
  return config?.state ? without({ ...stack, config: { ...config, state: undefined } }, ["flowfleet:state"]) : stack;
}

/**
 * The stack with these of its own machines only. Registries are logged in to on its machines, and servers with repositories on those with
 * Node.js: without one there are none.
 */
export function withHosts(stack: ReducedStack, hosts: readonly string[]): ReducedStack {
  const { config } = stack;
  if (!config) return stack;
  const left = Object.entries(config.hosts).filter(([name]) => hosts.includes(name));
  const unwanted = Object.keys(config.hosts).filter((name) => !hosts.includes(name));
  const logins = (["registries", "git"] as const).filter((key) => {
    const users = key === "git" ? left.filter(([, { node }]) => node !== undefined) : left;
    return unwanted.length > 0 && users.length === 0 && Object.keys(config[key]).length > 0;
  });
  return without(
    { ...stack, config: { ...config, hosts: Object.fromEntries(left), ...Object.fromEntries(logins.map((key) => [key, {}])) } },
    [...unwanted.map((name) => `flowfleet:hosts.${name}`), ...logins.map((key) => `flowfleet:${key}`)],
  );
}

function without(stack: ReducedStack, paths: readonly string[]): ReducedStack {
  const isIn = (setting: string): boolean =>
    paths.some((path) => setting === path || setting.startsWith(`${path}.`) || setting.startsWith(`${path}[`));
  return {
    ...stack,
    missingSecrets: stack.missingSecrets.filter(({ path }) => !isIn(path)),
    leftOut: [...stack.leftOut, ...paths],
  };
}

/** Machines that the systems of a stack run on, its own and other stacks'. */
export const hostsUsedBy = (stack: Stack): { stack: string; name: string }[] =>
  SYSTEM_NAMES.flatMap((system) => {
    const host = stack.config?.[system]?.host;
    return host === undefined ? [] : [{ stack: host.stack ?? stack.stack, name: host.name }];
  });
