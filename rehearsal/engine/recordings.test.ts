/** What the official engine did with small programs, step by step, ours does too. */
import { play, scenarios } from "./recordings/play";

/** Scenarios that need what the engine refuses → the refusal that they meet. */
const REFUSED: Record<string, string> = {};

describe("recordings of the official engine", () => {
  test.concurrent.each(scenarios().filter((name) => !(name in REFUSED)))(
    "%s",
    async (name) => {
      expect(await play(name)).toEqual([]);
    },
    120_000,
  );
});
