import { shuffled } from "./password";
import { KEEPERS, refuseSeed, type RandomType } from "./type";

/** `RandomShuffle`: more results than inputs are drawn from further shuffles of all of them. */
export const randomShuffle: RandomType = {
  properties: {
    inputs: { kind: "strings", required: true },
    resultCount: { kind: "integer", least: 0 },
    seed: { kind: "string" },
    ...KEEPERS,
  },
  results: ["id", "results"],
  check: refuseSeed,
  draw: (inputs) => {
    const from = inputs["inputs"] as string[];
    const wanted = (inputs["resultCount"] as number | undefined) ?? from.length;
    const results: string[] = [];
    while (from.length > 0 && results.length < wanted) results.push(...shuffled(from).slice(0, wanted - results.length));
    return { id: "-", results: { id: "-", results } };
  },
};
