import type * as pulumi from "@pulumi/pulumi";
// Not the whole package, for which `flowfleet validate` would wait longer than for all else that it does.
import { ResourceError } from "@pulumi/pulumi/errors";

/** One thing that is wrong with what a person wrote. */
export interface Problem {
  /** Where it was written, below the component's name: `"domain"`, `"health/interval"`. */
  path: string;
  /** What is wrong: lower case, no full stop. */
  wrong: string;
  /** The value that was written. Never a secret: leave it out for one. */
  got?: unknown;
  /** What would be right, where the words of `wrong` do not say it. */
  allowed?: string;
  /** What to do about it. */
  todo?: string;
}

/**
 * Stops the program with every problem at once, tied to the resource they belong to. Does nothing when there is none.
 *
 * @param name Name of the component as its author wrote it; every path begins with it.
 * @throws pulumi.ResourceError
 * @example refuse(this, name, [...domainProblems("domain", domain), ...portProblems("port", port)]);
 */
export function refuse(resource: pulumi.Resource | undefined, name: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new ResourceError(problems.map((problem) => sentence(name, problem)).join("\n"), resource, true);
}

/** The problems of a conversion that throws, such as `inSeconds`: none or one. */
export function problemsOf(path: string, convert: () => unknown): Problem[] {
  try {
    convert();
    return [];
  } catch (error) {
    if (error instanceof RangeError) return [{ path, wrong: error.message }];
    throw error;
  }
}

/** One problem as a line for a person. */
export function sentence(name: string, { path, wrong, got, allowed, todo }: Problem): string {
  return [
    `${name}/${path}: ${wrong}`,
    ...(got === undefined ? [] : [`got ${JSON.stringify(got)}`]),
    ...(allowed === undefined ? [] : [`allowed: ${allowed}`]),
    ...(todo === undefined ? [] : [todo]),
  ].join("; ");
}
