import type { Plan, PlannedResource } from "../rehearsal/plan";
import type { Value } from "../rehearsal/engine";
import { shortUrn } from "./urn";

/** A plan for a person: the tree of resources; under each step on a host the document that it hands over, as text. */
export function planText(plan: Plan): string {
  const children = new Map<string, PlannedResource[]>();
  const shown = plan.resources.filter(({ urn }) => !isDefaultProvider(urn));
  const known = new Set(shown.map(({ urn }) => urn));
  for (const one of shown) {
    const parent = one.parent !== undefined && known.has(one.parent) ? one.parent : "";
    children.set(parent, [...(children.get(parent) ?? []), one]);
  }
  const lines: string[] = [`Plan of stack ${plan.stack}: ${shown.length} resources`];
  const show = (resource: PlannedResource, depth: number): void => {
    const indent = "  ".repeat(depth);
    lines.push(`${indent}${sign[resource.op] ?? resource.op} ${shortUrn(resource.urn)}${resource.protect ? "  (protected)" : ""}`);
    for (const line of details(resource)) lines.push(`${indent}    ${line}`);
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

/** Pulumi makes these by itself; they say nothing about the stack. */
const isDefaultProvider = (urn: string): boolean => /::pulumi:providers:[^:]+::default(_[\w]+)?$/.test(urn);

const sign: Partial<Record<PlannedResource["op"], string>> = { create: "+", update: "~", replace: "±", delete: "-", same: " " };

function details({ type, inputs }: PlannedResource): string[] {
  if (type === "command:remote:Command") return [`on the host: ${text(inputs["create"])}`, ...documentLines(inputs["stdin"])];
  return Object.entries(inputs).flatMap(([key, value]) => `${key}: ${text(value)}`.split("\n"));
}

const text = (value: Value | undefined): string => (typeof value === "string" ? value : JSON.stringify(value));

function documentLines(stdin: Value | undefined): string[] {
  return stdin === undefined ? [] : text(stdin).trimEnd().split("\n");
}
