/** `--target`, `--exclude` and `--replace`: URNs, or globs where `*` stops at `:` and `**` does not. */
import type { EngineOptions } from "../api";
import { dependenciesOf, dependentsOf, type Resource } from "../model/resource";
import { isProviderType, parseUrn, STACK_TYPE } from "../model/urn";

export class UrnPatterns {
  private readonly expressions: RegExp[];
  /** Those without wildcards: each must exist. */
  readonly literals: string[];

  constructor(patterns: readonly string[]) {
    this.literals = patterns.filter((pattern) => !pattern.includes("*"));
    this.expressions = patterns.map(toExpression);
  }
  get isEmpty(): boolean {
    return this.expressions.length === 0;
  }
  matches(urn: string): boolean {
    return this.expressions.some((expression) => expression.test(urn));
  }
}
function toExpression(pattern: string): RegExp {
  const text = pattern.split("**").map((part) => part.split("*").map(escapeExpression).join("[^:]*"));
  return new RegExp(`^${text.join(".*")}$`);
}
const escapeExpression = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

export type TargetOptions = Pick<EngineOptions, "targets" | "targetDependents" | "excludes" | "excludeDependents" | "replaceTargets">;

export class Targets {
  readonly targets: UrnPatterns;
  private readonly excludes: UrnPatterns;
  private readonly replaces: UrnPatterns;
  /** Resources that were taken in (or left out) as dependents of others. */
  private readonly followed = new Set<string>();

  constructor(private readonly options: TargetOptions) {
    this.targets = new UrnPatterns(options.targets ?? []);
    this.excludes = new UrnPatterns(options.excludes ?? []);
    this.replaces = new UrnPatterns(options.replaceTargets ?? []);
  }

  get isConstrained(): boolean {
    return !this.targets.isEmpty || !this.excludes.isEmpty;
  }
  get withDependents(): boolean {
    return this.options.targetDependents === true;
  }
  isReplaced(urn: string): boolean {
    return this.replaces.matches(urn);
  }

  /** Whether a resource that the program registered is to be brought up to date. Providers and the stack always are. */
  includesRegistered(resource: Resource): boolean {
    if (!this.isConstrained || resource.type === STACK_TYPE || isProviderType(resource.type)) return true;
    return this.includes(resource.urn, dependenciesOf(resource));
  }
  private includes(urn: string, dependencies: string[]): boolean {
    if (!this.targets.isEmpty) {
      const follows = this.options.targetDependents === true && dependencies.some((d) => this.followed.has(d));
      if (!follows && !this.targets.matches(urn)) return false;
      this.followed.add(urn);
    }
    if (this.excludes.isEmpty) return true;
    const follows = this.options.excludeDependents === true && dependencies.some((d) => this.followed.has(d));
    if (!follows && !this.excludes.matches(urn)) return true;
    this.followed.add(urn);
    return false;
  }

  /** Those of the old resources that a refresh or delete may touch. */
  among(resources: readonly Resource[]): Set<Resource> {
    if (!this.isConstrained) return new Set(resources);
    const chosen = new Set(this.targets.isEmpty ? resources : resources.filter((resource) => this.targets.matches(resource.urn)));
    if (!this.targets.isEmpty && this.withDependents) {
      const dependents = dependentsOf(resources, new Set([...chosen].map((resource) => resource.urn)));
      for (const dependent of dependents) chosen.add(dependent);
    }
    const left = resources.filter((resource) => this.excludes.matches(resource.urn));
    const dependents = this.options.excludeDependents === true ? dependentsOf(resources, new Set(left.map((r) => r.urn))) : [];
    for (const resource of [...left, ...dependents]) chosen.delete(resource);
    return chosen;
  }
}

/** Short form for messages about what is not a target. */
export const nameOf = (urn: string): string => parseUrn(urn).name;
