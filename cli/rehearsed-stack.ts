import { stringify } from "yaml";
import { findingLine } from "../infra/config/places";
import {
  hostsOf,
  osSettings,
  partsOnAws,
  readStack,
  releaseArchives,
  releaseImages,
  sitesOf,
  stacksReferredBy,
  type Stack,
} from "../infra/config/stacks";
import type { Standing } from "../rehearsal/status";
import { sshAddress } from "../rehearsal/machines";
import { machineName, type LocalReleases, type SourceToRehearse, type StackToRehearse } from "../rehearsal/world";
import { checkout, checkStack } from "./checkout";
import { hostsUsedBy, type ReducedStack, systemsOf, withHosts, withoutState, withSystems } from "./chosen-systems";
import { CliError } from "./explain";
import { stackFile } from "./plan/stand-ins";
import { withoutOwnSecrets } from "./sealed-stack";

export interface Choice {
  /** Only these systems, on the machines that they use, with the stacks that they refer to. @default all */
  systems?: readonly string[];
  /** What stands there already: a run without it leaves it where it is. */
  standing?: Standing;
}

/**
 * The stacks to bring up for these, each after those that it refers to.
 *
 * @throws CliError with everything that is wrong in their files, or when none of them has a system that was chosen.
 */
export const stacksToRehearse = (wanted: readonly string[], choice: Choice = {}): StackToRehearse[] =>
  chosenStacks(wanted, choice, (name) => readStack(checkout, checkStack(name))).map((stack) =>
    withoutOwnSecrets(stack, stackFile(checkout, stack.stack)),
  );

/** The same, with another way to read a stack. */
export function chosenStacks(
  wanted: readonly string[],
  { systems, standing = {} }: Choice,
  read: (name: string) => Stack,
): StackToRehearse[] {
  const whole = new Map<string, Stack>();
  const found = new Map<string, ReducedStack>();
  const visit = (name: string): void => {
    if (whole.has(name)) return;
    const stack = read(name);
    whole.set(name, stack);
    const { systems: stand = [], aws = [] } = standing[name] ?? {};
    const chosen = withSystems(stack, systems ? [...systems, ...stand] : systemsOf(stack));
    const reduced = systems && !aws.includes("state") ? withoutState(chosen) : chosen;
    stacksReferredBy(reduced).forEach(visit);
    found.set(name, reduced);
  };
  wanted.forEach(visit);
  const findings = [...whole.values()].flatMap((stack) => stack.findings);
  if (findings.length > 0) throw new CliError(findings.map(findingLine).join("\n"));
  if (!systems) return [...found.values()].map(toRehearse);
  checkSystems(
    systems,
    wanted.flatMap((name) => systemsOf(whole.get(name) as Stack)),
  );
  const used = [...found.values()].flatMap(hostsUsedBy);
  return [...found.values()].map((stack) => {
    const hosts = used.filter((host) => host.stack === stack.stack).map(({ name }) => name);
    return toRehearse(withHosts(stack, [...hosts, ...(standing[stack.stack]?.hosts ?? [])]));
  });
}

function checkSystems(systems: readonly string[], known: string[]): void {
  const unknown = systems.filter((system) => !known.includes(system));
  if (unknown.length > 0)
    throw new CliError(`--systems ${unknown.join(" ")}: the stack has no such system. Systems: ${known.join(", ") || "none"}.`);
}

function toRehearse(stack: ReducedStack): StackToRehearse {
  return {
    stack: stack.stack,
    systems: systemsOf(stack),
    leftOut: stack.leftOut,
    hosts: hostsOf(stack).map(({ name, ssh, web, docker, node, size, create }) => ({
      name,
      docker: docker !== undefined,
      node: node !== undefined,
      ports: [...ssh.ports, ...(web === true ? [80, 443] : [])],
      sized: size !== undefined,
      ...(create && { created: true }),
    })),
    names: sitesOf(stack).map(({ domain, system, host }) => ({ name: domain, system, machine: machineName(host.stack, host.name) })),
    images: releaseImages(stack).map(({ system, service, image, version }) => ({ system, service, image, ...(version && { version }) })),
    registries: Object.keys(stack.config?.registries ?? {}),
    archives: releaseArchives(stack).map(({ system, service }) => ({ system, service })),
    sources: releaseSources(stack),
    osSettings: osSettings(stack),
    aws: partsOnAws(stack),
    missingSecrets: stack.missingSecrets.map(({ path }) => path),
  };
}

const releaseSources = ({ releases }: Stack): SourceToRehearse[] =>
  Object.entries(releases).flatMap(([system, services]) =>
    Object.entries(services).flatMap(([service, release]) =>
      "repository" in release ? [{ system, service, repository: sshAddress(release.repository), ref: release.ref }] : [],
    ),
  );

/** The stack that gives a rehearsal its name, whichever of its systems come up: stacks that share a machine share a rehearsal. */
export function rehearsalName(stack: string): string {
  const read = readStack(checkout, checkStack(stack));
  // Its file does not tell then which stack owns its machine: "nothing stands there" would be a guess.
  if (!read.config) throw new CliError(read.findings.map(findingLine).join("\n"));
  return stacksReferredBy(read)[0] ?? stack;
}

/** A release file as `releases/<stack>.yaml` is written, for what was built here. */
export function releaseFile(stack: StackToRehearse, built: LocalReleases): string {
  const releases: Record<string, Record<string, object>> = {};
  for (const { system, service, image } of stack.images) {
    const local = built.images.find((one) => one.image === image);
    if (!local) continue;
    const { digest, version, builtAt } = local;
    (releases[system] ??= {})[service] = { image, digest, ...(version && { version }), builtAt };
  }
  for (const { system, service } of stack.archives) {
    const local = built.archives.find((one) => one.system === system && one.service === service);
    if (local) (releases[system] ??= {})[service] = { archive: local.archive, sha256: local.sha256, builtAt: local.builtAt };
  }
  for (const { system, service } of stack.sources) {
    const local = built.sources.find((one) => one.system === system && one.service === service);
    if (!local) continue;
    const { repository, ref, commit, builtAt } = local;
    (releases[system] ??= {})[service] = { repository, ref, commit, builtAt };
  }
  return stringify(releases);
}
