import { randomInt } from "node:crypto";
import { KEEPERS, refuseSeed, type RandomType } from "./type";

/** `RandomInteger`: from `min` to `max`, both included. */
export const randomInteger: RandomType = {
  properties: { min: { kind: "integer", required: true }, max: { kind: "integer", required: true }, seed: { kind: "string" }, ...KEEPERS },
  results: ["id", "result"],
  check: (inputs) => {
    const { min, max } = inputs;
    const failures = refuseSeed(inputs);
    if (typeof min === "number" && typeof max === "number") {
      if (min > max) failures.push({ property: "min", reason: `must not be greater than max (${max}), got ${min}` });
      else if (max - min >= 2 ** 48 - 1) failures.push({ property: "max", reason: "the offline engine draws from ranges below 2^48 only" });
    }
    return failures;
  },
  draw: (inputs) => {
    const result = randomInt(inputs["min"] as number, (inputs["max"] as number) + 1);
    return { id: String(result), results: { id: String(result), result } };
  },
};
