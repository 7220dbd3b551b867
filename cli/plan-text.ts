import { structuredPatch } from "diff";
import type { Plan, PlannedResource } from "../rehearsal/plan";
import type { Value } from "../rehearsal/engine";
import { shortUrn } from "./urn";

/**
 * A plan for a person: what goes down, the tree of resources, and under each step on a host the document that it hands over, as text.
 * Against a base the tree has what changes alone, with the lines that differ.
 */
export function planText(plan: Plan): string {
  const all = plan.resources.filter(({ urn }) => !isDefaultProvider(urn));
  const shown = plan.base === undefined ? all : changed(all);
  const children = new Map<string, PlannedResource[]>();
  const known = new Set(shown.map(({ urn }) => urn));
  for (const one of shown) {
    const parent = one.parent !== undefined && known.has(one.parent) ? one.parent : "";
    children.set(parent, [...(children.get(parent) ?? []), one]);
  }
  const lines: string[] = [heading(plan, all), ...interruptionLines(plan.interruptions)];
  const show = (resource: PlannedResource, depth: number): void => {
    const indent = "  ".repeat(depth);
    lines.push(`${indent}${sign[resource.op] ?? resource.op} ${shortUrn(resource.urn)}${resource.protect ? "  (protected)" : ""}`);
    for (const line of told(resource)) lines.push(`${indent}    ${line}`);
    for (const child of children.get(resource.urn) ?? []) show(child, depth + 1);
  };
  for (const root of children.get("") ?? []) show(root, 0);
  for (const name of plan.assumed) lines.push(`assumed: the outputs of ${name} are the planned ones`);
  lines.push(
    "outputs:",
    ...JSON.stringify(plan.outputs, null, 2)
      .split("\n")
      .map((line) => `  ${line}`),
  );
  return `${lines.join("\n")}\n`;
}

function heading({ stack, base }: Plan, all: readonly PlannedResource[]): string {
  if (base === undefined) return `Plan of stack ${stack}: ${all.length} resources`;
  return `Plan of stack ${stack} against ${base}: ${all.filter(({ op }) => op !== "same").length} of ${all.length} resources change`;
}

/** What those who use the services notice, a line each. */
export const interruptionLines = (interruptions: Plan["interruptions"]): string[] =>
  interruptions.length === 0 ? [] : ["interruptions:", ...interruptions.map(({ name, what }) => `  ${name}: ${what}`)];

/** What changes, and what it is part of. */
function changed(resources: readonly PlannedResource[]): PlannedResource[] {
  const byUrn = new Map(resources.map((one) => [one.urn, one]));
  const shown = new Set<PlannedResource>();
  for (const one of resources) {
    if (one.op === "same") continue;
    for (let at: PlannedResource | undefined = one; at; at = byUrn.get(at.parent ?? "")) shown.add(at);
  }
  return resources.filter((one) => shown.has(one));
}

/** Pulumi makes these by itself; they say nothing about the stack. */
const isDefaultProvider = (urn: string): boolean => /::pulumi:providers:[^:]+::default(_[\w]+)?$/.test(urn);

const sign: Partial<Record<PlannedResource["op"], string>> = { create: "+", update: "~", replace: "±", delete: "-", same: " " };

function told(resource: PlannedResource): string[] {
  if (resource.op === "same" || resource.op === "delete") return [];
  if (resource.before === undefined) return details(resource);
  const lines = differing(details({ ...resource, inputs: resource.before }), details(resource));
  return lines.length > 0 ? lines : ["what differs is secret, or not known yet"];
}

/** Lines that went and came, with two around them. */
const differing = (before: string[], after: string[]): string[] =>
  structuredPatch("", "", `${before.join("\n")}\n`, `${after.join("\n")}\n`, "", "", { context: 2 }).hunks.flatMap(({ lines }, index) =>
    index === 0 ? lines : ["…", ...lines],
  );

function details({ type, inputs }: Pick<PlannedResource, "type" | "inputs">): string[] {
  if (type === "command:remote:Command") return [`on the host: ${text(inputs["create"])}`, ...documentLines(inputs["stdin"])];
  return Object.entries(inputs).flatMap(([key, value]) => `${key}: ${text(value)}`.split("\n"));
}

const text = (value: Value | undefined): string => (typeof value === "string" ? value : JSON.stringify(value));

function documentLines(stdin: Value | undefined): string[] {
  return stdin === undefined ? [] : text(stdin).trimEnd().split("\n");
}
