/** The official command line on a server that somebody set up by hand as CoreFlow's guide says. */
import { CoreFlow, STACK } from "./coreflow";
import { HandBuilt } from "./hand-built";
import { dataOf } from "./hand-built-state";
import { pause } from "./load";
import { withOfficialCli } from "./official";
import { OfficialStack } from "./official-stack";
import { DATA, expectAllInTheWay, expectNoneLost, expectTakenOver, TAKE_OVER, underAllLoads, untouchedBy, WORDS } from "./taking-over";

withOfficialCli((cli) => {
  let server: HandBuilt;
  let coreflow: CoreFlow;
  let official: OfficialStack;

  beforeAll(async () => {
    server = await HandBuilt.open("e2e-official-takeover");
    coreflow = new CoreFlow(server.world);
    official = await OfficialStack.open(cli, server.world, STACK, { config: server.settings() });
  }, 1_800_000);

  afterAll(() => official.remove(), 300_000);

  describe("a hand-built server by the official command line", () => {
    test("is not touched without the words: all that is in the way is listed at once", async () => {
      const up = () => official.pulumi(["up", "--yes", "--skip-preview"], { check: false });
      const { exitCode, text } = await untouchedBy(server, up);
      expect(exitCode).not.toBe(0);
      expectAllInTheWay(text);
    }, 300_000);

    test("is taken over with them, and nobody notices", async () => {
      await official.set({ [TAKE_OVER]: WORDS });
      const { result, lost } = await underAllLoads(server, async () => {
        const text = await official.said("up", "--yes", "--skip-preview");
        // Whoever kept a connection has been led elsewhere by now.
        await pause(5000);
        return text;
      });
      expectNoneLost(lost);
      expect(result).toMatch(/Resources:\n {4}\+ \d+ created\n/);
      await expectTakenOver(server, coreflow);
      expect(await dataOf(server)).toEqual(DATA);
    }, 1_500_000);

    test("has nothing to change the second time, with and without them", async () => {
      await official.expectNoChanges();
      await official.said("config", "rm", "--path", TAKE_OVER);
      expect(await official.said("up", "--yes", "--skip-preview")).toMatch(/Resources:\n {4}~ 1 updated\n/);
      await official.expectNoChanges();
    }, 600_000);

    test("has no secret printed", async () => {
      official.expectNothingPrinted([...Object.values(server.passwords), ...(await coreflow.secrets())]);
    });
  });
});
