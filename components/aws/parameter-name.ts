import type { Problem } from "../kernel/refuse";

/** Of a standard parameter of Systems Manager, in bytes. https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
export const LONGEST = 4096;

const NAME = /^(?:\/[A-Za-z0-9_.-]+)+$/;

/** A name, or the folder that names begin with. */
export const parameterNameProblems = (path: string, name: string): Problem[] =>
  NAME.test(name) && !/^\/(?:aws|ssm)/i.test(name)
    ? []
    : [{ path, wrong: 'must be a path such as "/flowstack/prod" that does not begin with aws or ssm', got: name }];
