/** The official command line on services in PM2: CoreFlow's beside containers, and those of the Flatlogic VM. */
import { CoreFlow, HEALTHY, INSTANCES, STACK } from "./coreflow";
import { Flatlogic, HOME, online } from "./flatlogic";
import { underLoad } from "./load";
import { withOfficialCli } from "./official";
import { OfficialStack } from "./official-stack";
import { type SourceRelease, World } from "./world";

const VOLUMES = ["kafka_data", "pgadmin_data", "postgres_data", "redis_data", "zookeeper_data", "zookeeper_log"].map(
  (of) => `coreflow_${of}`,
);

withOfficialCli((cli) => {
  describe("CoreFlow by the official command line", () => {
    let coreflow: CoreFlow;
    let official: OfficialStack;
    let dashboard: SourceRelease;
    let secrets: string[] = [];

    beforeAll(async () => {
      coreflow = new CoreFlow(await World.open([STACK], { systems: ["coreflow"], folder: "e2e-official-coreflow" }));
      official = await OfficialStack.open(cli, coreflow.world, STACK);
    }, 900_000);

    afterAll(() => official.remove(), 300_000);

    test("is planned as by the offline engine, comes up and serves", async () => {
      await official.bringUp();
      await coreflow.serves();
      expect(await coreflow.running()).toEqual(INSTANCES);
      expect(await coreflow.containers()).toEqual(HEALTHY);
      expect((await coreflow.ask("/api/services")).status).toBe(200);
      secrets = await coreflow.secrets();
    }, 1_500_000);

    test("has nothing to change the second time", () => official.expectNoChanges(), 300_000);

    test("gets another release in the way that its plan tells, and nobody notices", async () => {
      dashboard = await coreflow.world.commit("coreflow-dashboard", "v2");
      official.release({ coreflow: { "coreflow-dashboard": dashboard } });
      expect(await official.goesDown()).toEqual([{ name: "coreflow-coreflow-dashboard", way: "side by side", seconds: 0 }]);
      const { failed, result } = await underLoad(coreflow.world, STACK, "/dashboard/version", () =>
        official.said("up", "--yes", "--skip-preview"),
      );
      expect([failed, result]).toEqual([0, expect.stringMatching(/Resources:\n {4}~ 1 updated\n/)]);
      expect(await coreflow.version(3003)).toBe("v2");
      expect(await coreflow.running()).toEqual(INSTANCES);
    }, 400_000);

    test(
      "has a state that the offline engine goes on from, and the other way round",
      () => official.exchangeStates({ releases: { "coreflow-dashboard": dashboard } }),
      300_000,
    );

    test("destroys nothing that is protected; the volumes stay even without protection", async () => {
      await official.destroy("flowfleet:hosts.coreflow.protect", "flowfleet:coreflow.protect");
      expect((await coreflow.on("docker volume ls -q")).trim().split("\n").sort()).toEqual(VOLUMES);
      expect(await coreflow.containers()).toEqual([""]);
      expect(await coreflow.on("pgrep -l 'node|PM2'", { check: false })).toBe("");
    }, 600_000);

    test("has no secret printed", () => {
      official.expectNothingPrinted(secrets);
    });
  });

  describe("the Flatlogic VM by the official command line", () => {
    let vm: Flatlogic;
    let official: OfficialStack;
    let workspace: SourceRelease;
    let secrets: string[] = [];

    beforeAll(async () => {
      vm = await Flatlogic.open("e2e-official-flatlogic");
      official = await OfficialStack.open(cli, vm.world, "dev");
    }, 900_000);

    afterAll(() => official.remove(), 300_000);

    test("is planned as by the offline engine, comes up and serves", async () => {
      await official.bringUp();
      await vm.serves();
      expect([await vm.processes(), await vm.version()]).toEqual([online("development"), "v1"]);
      secrets = await vm.secrets();
    }, 1_200_000);

    test("has nothing to change the second time", () => official.expectNoChanges(), 300_000);

    test("gets another commit in the way that its plan tells", async () => {
      workspace = await vm.world.commit("workspace", "v2");
      official.release({ flatlogic: { workspace } });
      expect(await official.goesDown()).toEqual([{ name: "flatlogic-application", way: "stop-first", seconds: 300 }]);
      expect(await official.said("up", "--yes", "--skip-preview")).toMatch(/Resources:\n {4}~ 3 updated\n/);
      await vm.serves();
      expect([await vm.processes(), await vm.version()]).toEqual([online("development"), "v2"]);
    }, 600_000);

    test(
      "has a state that the offline engine goes on from, and the other way round",
      () => official.exchangeStates({ releases: { workspace } }),
      300_000,
    );

    test("destroys nothing that is protected; the agent's work stays even without protection", async () => {
      await official.destroy("flowfleet:hosts.flatlogic.protect");
      expect(await vm.on("pgrep -l 'node|PM2'", { check: false })).toBe("");
      expect(await vm.state()).toBe(`${workspace.commit}\n`);
      expect(await vm.on(`ls ${HOME}/executor`)).toContain("workspace");
    }, 600_000);

    test("has no secret printed", () => {
      official.expectNothingPrinted(secrets);
    });
  });
});
