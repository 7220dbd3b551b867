/** The official command line on Flowra: containers and volumes by the official docker provider, and what their protection refuses. */
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { homeFolder } from "../../cli/checkout";
import { removeRehearsal } from "../../cli/rehearse";
import { releaseFile } from "../../cli/rehearsed-stack";
import { exportState, importState, type UntypedDeployment } from "../engine";
import { configOf, OfficialProject, ownPlan, planned, withOfficialCli } from "./official";
import { secretsOf } from "./leaks";
import { request } from "./request";
import { changesOf, succeeded, World } from "./world";

const STACK = "prod";
const FOLDER = "e2e-official-flowra";

withOfficialCli((cli) => {
  let world: World;
  let project: OfficialProject;
  /** All that Flowra keeps on its machine. */
  let secrets: string[] = [];
  const pulumi = (args: string[], options: { input?: string; check?: boolean } = {}) =>
    project.pulumi([...args, "--stack", STACK], options);
  const said = async (...args: string[]): Promise<string> => (await pulumi(args)).text;

  beforeAll(async () => {
    world = await World.open([STACK], { systems: ["flowra"], folder: FOLDER });
    project = new OfficialProject(cli, { sshAgent: world.prepared.sshAgent, passphrase: world.engine(STACK).passphrase });
    await project.init(STACK, configOf(world, STACK));
    project.release(STACK, releases());
  }, 900_000);

  afterAll(async () => {
    project.remove();
    if (process.env["FLOWFLEET_KEEP"] === undefined) await removeRehearsal(path.join(homeFolder(), FOLDER), () => undefined);
  }, 120_000);

  const releases = (): string => releaseFile(world.stack(STACK), world.prepared.built);
  const server = (command: string): Promise<string> => world.on(world.machine(), command);

  describe("the official command line", () => {
    test("plans Flowra as the offline engine does, and brings it up", async () => {
      expect(planned(await said("preview", "--json"))).toEqual(await ownPlan(world, STACK));
      const text = await said("up", "--yes", "--skip-preview");
      expect(text).toMatch(/Resources:\n {4}\+ \d+ created\n/);
      expect(text).not.toContain("warning");
      expect((await request(world, STACK, "/health")).status).toBe(200);
      secrets = await secretsOf({ on: server });
    }, 1_200_000);

    test("finds nothing to change the second time, after a look at the machine either", async () => {
      expect(await said("up", "--yes", "--expect-no-changes")).toMatch(/Resources:\n {4}\d+ unchanged\n/);
      expect(await said("preview", "--refresh", "--expect-no-changes")).toMatch(/Resources:\n {4}\d+ unchanged\n/);
    }, 300_000);

    test("shows which container another limit changes in place, and which another image replaces", async () => {
      await project.set(STACK, { "flowfleet:flowra.sizes.keycloak-db.limits.memory": "960 MB" });
      expect(await said("preview", "--diff")).toMatch(
        /~ docker:index\/container:Container: \(update\)[\s\S]*flowra-databases-keycloak-db-server-container/,
      );
      await said("config", "rm", "--path", "flowfleet:flowra.sizes.keycloak-db.limits.memory");
      const other = parse(releases()) as { flowra: { mongodb: { digest: string } } };
      other.flowra.mongodb.digest = `sha256:${"1".repeat(64)}`;
      project.release(STACK, stringify(other));
      expect(await said("preview", "--diff")).toMatch(
        /\+-docker:index\/container:Container: \(replace\)[\s\S]*flowra-databases-mongodb-server-container/,
      );
      project.release(STACK, releases());
    }, 120_000);

    test("puts back a container that somebody removed, and its data with it", async () => {
      await server("docker rm --force flowra-redis");
      expect(await said("up", "--yes", "--skip-preview", "--refresh")).toMatch(/Resources:\n {4}\+ 1 created\n/);
      expect(await server("docker exec flowra-redis redis-cli ping")).toContain("NOAUTH");
    }, 300_000);

    test("goes on from the state of the offline engine, and the other way round", async () => {
      const exported = JSON.parse(await said("stack", "export")) as UntypedDeployment;
      await importState(world.engine(STACK), exported);
      expect(changesOf(succeeded(await world.preview(STACK)))).toEqual([]);
      await pulumi(["stack", "import"], { input: JSON.stringify(await exportState(world.engine(STACK))) });
      expect(await said("preview", "--expect-no-changes")).toMatch(/Resources:\n {4}\d+ unchanged\n/);
    }, 300_000);

    test("destroys nothing that is protected; the volumes stay even without protection", async () => {
      for (const unprotected of ["flowfleet:hosts.flowra.protect", "flowfleet:flowra.protect"]) {
        const kept = await pulumi(["destroy", "--yes"], { check: false });
        expect([kept.exitCode === 0, kept.text]).toEqual([false, expect.stringContaining("protected")]);
        await project.set(STACK, { [unprotected]: false });
        await said("up", "--yes", "--skip-preview");
      }
      expect(await said("destroy", "--yes")).toMatch(/Resources:\n {4}- \d+ deleted\n/);
      expect((await server("docker volume ls -q")).split("\n").sort().join(" ").trim()).toBe("keycloak_db_data mongodb_data redis_data");
      expect(await server("docker ps -aq")).toBe("");
    }, 600_000);

    test("never printed a secret", () => {
      expect(secrets.length).toBeGreaterThan(0);
      expect(secrets.filter((secret) => project.printed.includes(secret))).toEqual([]);
    });
  });
});
