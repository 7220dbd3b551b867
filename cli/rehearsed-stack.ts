import { stringify } from "yaml";
import { hostsOf, osSettings, readStack, releaseImages, sitesOf, type Stack, stacksReferredBy } from "../infra/config/stacks";
import { machineName, type LocalImage, type StackToRehearse } from "../rehearsal/world";
import { checkout, checkStack } from "./checkout";
import { CliError } from "./explain";

/**
 * The stacks to bring up for these, each after those that it refers to.
 *
 * @throws CliError with everything that is wrong in their files.
 */
export function stacksToRehearse(...wanted: string[]): StackToRehearse[] {
  const found = new Map<string, Stack>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const stack = readStack(checkout, checkStack(name));
    stacksReferredBy(stack).forEach(visit);
    found.set(name, stack);
  };
  wanted.forEach(visit);
  const problems = [...found.values()].flatMap((stack) => stack.problems);
  if (problems.length > 0) throw new CliError(problems.join("\n"));
  return [...found.values()].map(toRehearse);
}

function toRehearse(stack: Stack): StackToRehearse {
  return {
    stack: stack.stack,
    hosts: hostsOf(stack).map(({ name, ssh, web }) => ({
      name,
      ports: [...ssh.ports, ...(web ? [80, 443] : [])],
    })),
    names: sitesOf(stack).map(({ domain, system, host }) => ({ name: domain, system, machine: machineName(host.stack, host.name) })),
    images: releaseImages(stack).map(({ system, service, image }) => ({ system, service, image })),
    osSettings: osSettings(stack),
    missingSecrets: stack.missingSecrets.map(({ path }) => path),
  };
}

/** The stack that gives a rehearsal its name: stacks that share a machine share a rehearsal. */
export function rehearsalName(stack: string): string {
  const read = readStack(checkout, checkStack(stack));
  // Its file does not tell then which stack owns its machine: "nothing stands there" would be a guess.
  if (!read.config) throw new CliError(read.problems.join("\n"));
  return stacksReferredBy(read)[0] ?? stack;
}

/** A release file as `releases/<stack>.yaml` is written, for images built here. */
export function releaseFile(stack: StackToRehearse, images: LocalImage[]): string {
  const releases: Record<string, Record<string, object>> = {};
  for (const { system, service, image } of stack.images) {
    const local = images.find((one) => one.image === image);
    if (local) (releases[system] ??= {})[service] = { image, digest: local.digest, builtAt: local.builtAt };
  }
  return stringify(releases);
}
