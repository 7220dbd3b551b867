import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { group } from "../../infra/config/raw";
import { readStack, type Stack, stackNames } from "../../infra/config/stacks";
import { SYSTEM_NAMES } from "../../infra/config/systems";
import type { Plan } from "../../rehearsal/plan";
import type { UnusedSetting } from "./report";

/**
 * What is set in `Pulumi.<stack>.yaml` and changes nothing: settings of a provider that no resource has, machines that nothing of the stack
 * uses, registries and servers with repositories that nothing on its machines is from, releases of what it does not have. (What the program does not know at all is
 * refused before there is a plan.)
 */
export function unusedSettings(root: string, plan: Pick<Plan, "stack" | "resources">): UnusedSetting[] {
  const { stack } = plan;
  const resources = plan.resources.filter(({ op }) => op !== "delete");
  const file = `Pulumi.${stack}.yaml`;
  const { document, lines } = read(path.join(root, file));
  const config = (document?.toJS() as { config?: Record<string, unknown> } | null | undefined)?.config ?? {};
  const planned = JSON.stringify(resources.map(({ inputs, urn }) => [urn, inputs]));
  const packages = new Set(resources.map(({ type }) => type.split(":")[0]));
  const setting = (at: string[], what: string): UnusedSetting => {
    const line = lineOf(document, lines, ["config", ...at]);
    return { file, ...(line !== undefined && { line }), path: at.join("."), what };
  };
  const groups = (key: string): string[] => Object.keys(config[key] ?? {});
  const logins = [...groups("flowfleet:registries"), ...groups("flowfleet:git")];
  const others = logins.length === 0 ? [] : stackNames(root).flatMap((name) => (name === stack ? [] : readStack(root, name)));
  const deployed = [planned, ...others.map((other) => JSON.stringify(releasesOn(stack, other)))];
  // Of a file that cannot be read nobody knows what its stack has on these machines.
  const isFrom = (beginning: string): boolean =>
    others.some(({ problems }) => problems.length > 0) || deployed.some((text) => text.includes(beginning));

  return [
    ...Object.keys(config).flatMap((key) => {
      const [namespace = ""] = key.split(":");
      if (!key.includes(":") || namespace === "flowfleet") return [];
      if (!packages.has(namespace)) return [setting([key], `the stack has no resource of the package ${namespace}: take it out`)];
      return usesDefaultProvider(resources, namespace)
        ? []
        : [setting([key], `every resource of the package ${namespace} has a provider of its own, which does not read it: take it out`)];
    }),
    ...groups("flowfleet:hosts").flatMap((host) =>
      resources.some(({ urn }) => urn.endsWith(`flowfleet:host:Host::${host}`))
        ? []
        : [setting(["flowfleet:hosts", host], "the stack makes nothing on it: take it out")],
    ),
    ...groups("flowfleet:registries").flatMap((registry) =>
      isFrom(`${registry}/`)
        ? []
        : [
            setting(
              ["flowfleet:registries", registry],
              "no image on the stack's machines comes from it, whichever stack's: take it out, and revoke its password",
            ),
          ],
    ),
    ...groups("flowfleet:git").flatMap((server) =>
      isFrom(`@${server}`) || isFrom(`//${server}`)
        ? []
        : [setting(["flowfleet:git", server], "no repository that is built on the stack's machines is on it: take it out")],
    ),
    ...unusedReleases(root, stack, config),
  ];
}

/** What another stack releases on machines of the owner, whose file has the logins. */
const releasesOn = (owner: string, { raw, releases }: Stack) =>
  Object.entries(releases).filter(([system]) => group(group(raw[system])["host"])["stack"] === owner);

/** A system that the stack does not have. */
function unusedReleases(root: string, stack: string, config: Record<string, unknown>): UnusedSetting[] {
  const folder = typeof config["flowfleet:releases"] === "string" ? config["flowfleet:releases"] : "releases";
  const file = path.posix.join(folder, `${stack}.yaml`);
  const { document, lines } = read(path.join(root, file));
  const systems = Object.keys((document?.toJS() ?? {}) as object).filter((key) => SYSTEM_NAMES.some((name) => name === key));
  return systems
    .filter((system) => config[`flowfleet:${system}`] === undefined)
    .map((system) => {
      const line = lineOf(document, lines, [system]);
      return {
        file,
        ...(line !== undefined && { line }),
        path: system,
        what: `Pulumi.${stack}.yaml has no flowfleet:${system}: take it out`,
      };
    });
}

function usesDefaultProvider(resources: Plan["resources"], name: string): boolean {
  return resources.some(({ urn }) => new RegExp(`::pulumi:providers:${name}::default(?:_\\w+)?$`).test(urn));
}

function read(file: string): { document?: Document; lines: LineCounter } {
  const lines = new LineCounter();
  if (!existsSync(file)) return { lines };
  return { document: parseDocument(readFileSync(file, "utf8"), { lineCounter: lines }), lines };
}

function lineOf(document: Document | undefined, lines: LineCounter, at: readonly string[]): number | undefined {
  const holder = document?.getIn(at.slice(0, -1), true) as { items?: { key: unknown }[] } | undefined;
  const pair = holder?.items?.find(({ key }) => isScalar(key) && key.value === at.at(-1));
  const offset = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  return offset === undefined ? undefined : lines.linePos(offset).line;
}
