/** The official command line on Flowra: containers and volumes by the official docker provider, and what their protection refuses. */
import { secretsOf } from "./leaks";
import { withOfficialCli } from "./official";
import { OfficialStack } from "./official-stack";
import { request } from "./request";
import { World } from "./world";

const STACK = "prod";

withOfficialCli((cli) => {
  let world: World;
  let official: OfficialStack;
  /** All that Flowra keeps on its machine. */
  let secrets: string[] = [];
  const said = (...args: string[]): Promise<string> => official.said(...args);

  beforeAll(async () => {
    world = await World.open([STACK], { systems: ["flowra"], folder: "e2e-official-flowra" });
    official = await OfficialStack.open(cli, world, STACK);
  }, 900_000);

  afterAll(() => official.remove(), 300_000);

  const server = (command: string): Promise<string> => world.on(world.machine(), command);

  describe("the official command line", () => {
    test("plans Flowra as the offline engine does, and brings it up", async () => {
      await official.bringUp();
      expect((await request(world, STACK, "/health")).status).toBe(200);
      secrets = await secretsOf({ on: server });
    }, 1_200_000);

    test("finds nothing to change the second time, after a look at the machine either", () => official.expectNoChanges(), 300_000);

    test("shows which container another limit changes in place, and which another image replaces", async () => {
      await official.set({ "flowfleet:flowra.sizes.keycloak-db.limits.memory": "960 MB" });
      expect(await said("preview", "--diff")).toMatch(
        /~ docker:index\/container:Container: \(update\)[\s\S]*flowra-databases-keycloak-db-server-container/,
      );
      await said("config", "rm", "--path", "flowfleet:flowra.sizes.keycloak-db.limits.memory");
      official.release({ flowra: { mongodb: { ...world.builtRelease("mongodb"), digest: `sha256:${"1".repeat(64)}` } } });
      expect(await said("preview", "--diff")).toMatch(
        /\+-docker:index\/container:Container: \(replace\)[\s\S]*flowra-databases-mongodb-server-container/,
      );
      official.release();
    }, 120_000);

    test("puts back a container that somebody removed, and its data with it", async () => {
      await server("docker rm --force flowra-redis");
      expect(await said("up", "--yes", "--skip-preview", "--refresh")).toMatch(/Resources:\n {4}\+ 1 created\n/);
      expect(await server("docker exec flowra-redis redis-cli ping")).toContain("NOAUTH");
    }, 300_000);

    test("goes on from the state of the offline engine, and the other way round", () => official.exchangeStates(), 300_000);

    test("destroys nothing that is protected; the volumes stay even without protection", async () => {
      await official.destroy("flowfleet:hosts.flowra.protect", "flowfleet:flowra.protect");
      expect((await server("docker volume ls -q")).split("\n").sort().join(" ").trim()).toBe("keycloak_db_data mongodb_data redis_data");
      expect(await server("docker ps -aq")).toBe("");
    }, 600_000);

    test("never printed a secret", () => {
      official.expectNothingPrinted(secrets);
    });
  });
});
