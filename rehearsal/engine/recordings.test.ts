/** What the official engine did with small programs, step by step, ours does too. */
import pLimit from "p-limit";
import { play, scenarios } from "./recordings/play";

/** Scenarios that need what our engine refuses, with the refusal that they meet. */
const REFUSED: Record<string, RegExp> = {
  "52-dynamic-provider": /dynamic providers \(pulumi\.dynamic\) are not supported by the offline engine/,
};
/** What ours need not do: here the official provider garbles lists with unknown elements (fact 16 of the README). */
const OFFICIAL_MISTAKES: Record<string, RegExp> = {
  "04-unknowns-in-preview": /\.preview\.events\[\S+ command:local:Command::c2\]\..*triggers\[0\]\.nested\[/,
};
const SIDE_BY_SIDE = pLimit(4);
/** Ours is not the only work of the machine. */
const TIMEOUT_MS = 900_000;

describe("recordings of the official engine", () => {
  test.concurrent.each(scenarios().filter((name) => !(name in REFUSED)))(
    "%s",
    async (name) => {
      const differences = await SIDE_BY_SIDE(() => play(name));
      expect(differences.filter((difference) => !OFFICIAL_MISTAKES[name]?.test(difference))).toEqual([]);
    },
    TIMEOUT_MS,
  );
  test.concurrent.each(Object.keys(REFUSED))(
    "%s is refused",
    async (name) => {
      const differences = await SIDE_BY_SIDE(() => play(name));
      expect(differences.join("\n")).toMatch(REFUSED[name] ?? /^$/);
    },
    TIMEOUT_MS,
  );
});
