/** The official command line on FlowStack's development: the container with its gate, the database, and what outlives both. */
import { serves } from "./flowstack";
import { FILES, FlowStackServer, STACK } from "./flowstack-server";
import { withOfficialCli } from "./official";
import { OfficialStack } from "./official-stack";
import { underServerLoad } from "./server-load";
import type { ImageRelease } from "./world";

withOfficialCli((cli) => {
  let server: FlowStackServer;
  let official: OfficialStack;
  let release: ImageRelease;
  let secrets: string[] = [];

  beforeAll(async () => {
    server = await FlowStackServer.open("e2e-official-flowstack");
    official = await OfficialStack.open(cli, server.world, STACK);
  }, 900_000);

  afterAll(() => official.remove(), 300_000);

  describe("FlowStack by the official command line", () => {
    test("is planned as by the offline engine, and comes up", async () => {
      await official.bringUp();
      const found = await Promise.all(["FLOWISE_PASSWORD", "DATABASE_PASSWORD"].map((name) => server.flowStack.bench.secret(name)));
      secrets = found.filter((value) => value.length >= 16);
      expect(secrets).toHaveLength(2);
    }, 1_200_000);

    serves(() => server.flowStack);

    test("has nothing to change the second time", () => official.expectNoChanges(), 300_000);

    test("gets another release in the way that its plan tells, and keeps flows, files and sessions", async () => {
      const before = await server.flowStack.kept();
      release = await server.world.release({ service: "app", version: "v2" });
      official.release({ flowstack: { app: release } });
      expect(await official.goesDown()).toEqual([{ name: "flowstack-app", way: "stop-first", seconds: 109 }]);
      const ping = "/api/v1/ping";
      const { result, paths } = await underServerLoad(server.world, "http://127.0.0.1:3000", [ping], () =>
        official.said("up", "--yes", "--skip-preview"),
      );
      expect(result).toMatch(/Resources:\n {4}~ 1 updated\n/);
      expect(paths[ping]?.away).toBeLessThanOrEqual(109);
      expect([await server.flowStack.version(), await server.flowStack.kept()]).toEqual(["v2", before]);
    }, 600_000);

    test("refuses a release that ends at once, with the reason, and the one before serves on", async () => {
      const broken = await server.world.release({ service: "app", version: "broken", startup: "crash" });
      official.release({ flowstack: { app: broken } });
      const refused = await official.pulumi(["up", "--yes", "--skip-preview"], { check: false });
      expect([refused.exitCode === 0, refused.text]).toEqual([false, expect.stringContaining("this version is made to crash")]);
      official.release({ flowstack: { app: release } });
      await server.answers("/api/v1/ping");
      expect(await server.flowStack.version()).toBe("v2");
    }, 600_000);

    test(
      "has a state that the offline engine goes on from, and the other way round",
      () => official.exchangeStates({ releases: { app: release } }),
      300_000,
    );

    test("destroys nothing that is protected; data stays even without protection", async () => {
      await official.destroy("flowfleet:hosts.flowstack.protect", "flowfleet:flowstack.protect");
      expect(await server.on("docker ps -aq")).toBe("");
      expect(await server.on("docker volume ls -q")).toBe("flowstack_postgres_data\n");
      expect(await server.on(`ls ${FILES}/data`)).toContain("storage");
    }, 600_000);

    test("has no secret printed", () => {
      official.expectNothingPrinted(secrets);
    });
  });
});
