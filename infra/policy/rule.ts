import type { Resource } from "./resource";
import { shown, UNKNOWN, valueAt } from "./resource";

/** What a violation does: it is told, it stops `pulumi up` and fails `flowfleet plan`, or nobody asks. */
export const LEVELS = ["advisory", "mandatory", "disabled"] as const;
export type Level = (typeof LEVELS)[number];

/** One level, or one for each environment. An environment that is not named has the level `otherwise`. */
export type Levels = Level | ({ otherwise: Level } & Readonly<Record<string, Level>>);

/** Something that every plan has to keep to. Pure: it looks at what it is handed and at nothing else. */
export interface Rule {
  /** What it asks for, as docs/policies.md has it: a sentence without a full stop. */
  asks: string;
  /** Controls of AWS Foundational Security Best Practices that it checks, as in docs/security.md. */
  controls?: readonly string[];
  /** @default "mandatory" */
  level?: Levels;
  /** Types that it looks at. @default all */
  on?: readonly string[];
  /** It looks at other resources of the stack, too, so that it can only be asked once all are there. @default false */
  whole?: boolean;
  /** What is wrong with the resource and what to do, a line each; nothing where all is well, or not known yet. */
  check: (resource: Resource, stack: Surroundings) => readonly string[];
}

export interface Surroundings {
  /** All resources of the stack; for a rule that is not `whole` it may be any part of them. */
  resources: readonly Resource[];
  /** Texts that are marked as secrets somewhere in the stack. */
  secrets: ReadonlySet<string>;
}

export const levelIn = (levels: Levels = "mandatory", environment: string): Level =>
  typeof levels === "string" ? levels : (levels[environment] ?? levels.otherwise);

/** Production and what it stands on; elsewhere somebody may do without, and is told. */
export const WHERE_IT_COUNTS: Levels = {
  otherwise: "mandatory",
  staging: "advisory",
  demo: "advisory",
  dev: "advisory",
  local: "disabled",
};

/**
 * A check of one setting.
 *
 * @param wanted The value that it must have, or what tells whether it has one that will do.
 * @param words What it must be, for the message.
 * @example setting("storageEncrypted", true, "must be true")
 */
export function setting(path: string, wanted: string | number | boolean | ((value: unknown) => boolean), words: string) {
  return ({ props }: Resource): string[] => {
    const value = valueAt(props, path);
    const isRight = value === UNKNOWN || (typeof wanted === "function" ? wanted(value) : isSame(value, wanted));
    return isRight ? [] : [`${path} ${words}; got ${shown(value)}`];
  };
}

/** Several checks as one. */
export const all =
  (...checks: Rule["check"][]): Rule["check"] =>
  (resource, stack) =>
    checks.flatMap((check) => check(resource, stack));

/** Providers that Pulumi starts by itself take numbers and truths as text. */
const isSame = (value: unknown, wanted: string | number | boolean): boolean =>
  value === wanted || (typeof value === "string" && value === String(wanted));

/**
 * Whether a value of one resource names another one: by its id, ARN or name. What is not known yet may.
 */
export const names = (value: unknown, { name, props }: Resource): boolean =>
  value === UNKNOWN ||
  [name, props["id"], props["arn"], props["bucket"]].some((one) => one === UNKNOWN || (one !== undefined && one === value));

/** Asks that the stack has another resource of a type which belongs to this one and is as it should be. */
export const hasBeside =
  (type: string, by: string, right: (other: Resource) => boolean, wrong: string): Rule["check"] =>
  (resource, { resources }) =>
    resources.some((other) => other.type === type && names(valueAt(other.props, by), resource) && right(other)) ? [] : [wrong];
