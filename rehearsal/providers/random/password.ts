import { hash } from "bcryptjs";
import { randomInt } from "node:crypto";
import type { Props, Value } from "../../engine";
import type { Property } from "../properties";
import { KEEPERS, type RandomType } from "./type";

const SETS = [
  { flag: "upper", minimum: "minUpper", characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
  { flag: "lower", minimum: "minLower", characters: "abcdefghijklmnopqrstuvwxyz" },
  { flag: "numeric", minimum: "minNumeric", characters: "0123456789" },
  { flag: "special", minimum: "minSpecial", characters: "!@#$%&*()-_=+[]{}<>:?" },
] as const;
const BCRYPT_COST = 10;

const text: Pick<RandomType, "properties" | "check" | "plan"> = {
  properties: {
    length: { kind: "integer", required: true, least: 1 },
    ...Object.fromEntries(
      SETS.flatMap(({ flag, minimum }): [string, Property][] => [
        [flag, { kind: "boolean" }],
        [minimum, { kind: "integer", least: 0 }],
      ]),
    ),
    number: { kind: "boolean" },
    overrideSpecial: { kind: "string" },
    ...KEEPERS,
  },
  check: (inputs) => {
    const { length, ...planned } = withDefaults(inputs);
    const needed = SETS.reduce((sum, { minimum }) => sum + numberOf(planned[minimum]), 0);
    const failures = [];
    if (typeof length === "number" && length < needed) {
      failures.push({
        property: "length",
        reason: `must be at least ${needed}, the sum of minUpper, minLower, minNumeric and minSpecial, got ${length}`,
      });
    }
    if (SETS.every(({ flag }) => planned[flag] === false)) {
      failures.push({ property: "upper", reason: "at least one of upper, lower, numeric and special must be true" });
    }
    if (typeof inputs["number"] === "boolean" && typeof inputs["numeric"] === "boolean" && inputs["number"] !== inputs["numeric"]) {
      failures.push({ property: "number", reason: "is the old name of numeric: give one of them" });
    }
    return failures;
  },
  plan: withDefaults,
};

/** `RandomString`: the result is its id and is not secret. */
export const randomString: RandomType = {
  ...text,
  results: ["id", "result"],
  draw: (inputs) => {
    const result = drawText(inputs);
    return { id: result, results: { id: result, result } };
  },
};
/** `RandomPassword`: id `none`; the result and its bcrypt hash are secret. */
export const randomPassword: RandomType = {
  ...text,
  results: ["id", "result", "bcryptHash"],
  secrets: ["result", "bcryptHash"],
  draw: async (inputs) => {
    const result = drawText(inputs);
    return { id: "none", results: { id: "none", result, bcryptHash: await hash(result, BCRYPT_COST) } };
  },
};

function withDefaults(inputs: Props): Props {
  const numeric = inputs["numeric"] ?? inputs["number"] ?? true;
  const defaults = Object.fromEntries(
    SETS.flatMap(({ flag, minimum }): [string, Value][] => [
      [flag, true],
      [minimum, 0],
    ]),
  );
  return { ...defaults, ...inputs, numeric, number: numeric };
}
function numberOf(value: Props[string] | undefined): number {
  return typeof value === "number" ? value : 0;
}

/**
 * The minimum of each set first, the rest from all sets, in random order.
 *
 * @param draw A number from 0 up to what it is given, without that.
 */
export function drawText(inputs: Props, draw: (below: number) => number = randomInt): string {
  const override = inputs["overrideSpecial"];
  const sets = SETS.map(({ flag, minimum, characters }) => ({
    characters: Array.from(flag === "special" && typeof override === "string" && override !== "" ? override : characters),
    minimum: numberOf(inputs[minimum]),
    enabled: inputs[flag] === true,
  }));
  const all = sets.filter(({ enabled }) => enabled).flatMap(({ characters }) => characters);
  const drawn = sets.flatMap(({ characters, minimum }) => Array.from({ length: minimum }, () => pick(characters, draw)));
  while (drawn.length < numberOf(inputs["length"])) drawn.push(pick(all, draw));
  return shuffled(drawn, draw).join("");
}
function pick<T>(from: T[], draw: (below: number) => number): T {
  return from[draw(from.length)] as T;
}
/** Each order equally likely. */
export function shuffled<T>(items: readonly T[], draw: (below: number) => number = randomInt): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
