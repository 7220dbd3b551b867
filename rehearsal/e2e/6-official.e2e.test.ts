/** The official command line on the same program: what it plans, does and undoes, and that either engine goes on from the other's state. */
import { stacksToRehearse } from "../../cli/rehearsed-stack";
import type { ConfigValue } from "../engine";
import type { StackToRehearse } from "../world";
import { configOf, goldenPlan, OfficialProject, planned, secretOf, withOfficialCli } from "./official";
import { OfficialStack } from "./official-stack";
import { request } from "./request";
import { snapshot } from "./snapshot";
import { succeeded, World } from "./world";

const OWN = ["shared", "staging"] as const;
const OTHERS = ["prod", "demo", "dev", "local"] as const;
/** Their plug-in cannot be had everywhere, and who has none of them needs none. */
const IN_AWS: Readonly<Record<string, readonly string[]>> = { prod: ["flowstack"] };

withOfficialCli((cli) => {
  let world: World;
  let project: OfficialProject;
  let shared: OfficialStack;
  let staging: OfficialStack;

  beforeAll(async () => {
    world = await World.open(OWN, { folder: "e2e-official" });
    project = OfficialProject.of(cli, world);
    shared = await OfficialStack.open(cli, world, "shared", { project });
    staging = await OfficialStack.open(cli, world, "staging", { project });
    for (const stack of OTHERS) await project.init(stack, configWithoutAws(stack));
  }, 900_000);

  afterAll(() => shared.remove(), 120_000);

  /** What an environment and the owner of a machine take away with them. */
  const leftovers = (): Promise<string> => {
    const places =
      "/srv /etc/nginx/flowfleet/*/ /etc/flowfleet/certificates /etc/letsencrypt/renewal /var/lib/flowfleet/claim /var/lib/flowfleet/release";
    return world.on(
      world.machine(),
      `find ${places} -mindepth 1 2>/dev/null; docker ps -aq; docker network ls -q --filter name=flowmaster`,
    );
  };

  describe("the official command line", () => {
    test("plans and brings up the stack that owns the machine", () => shared.bringUp(), 600_000);

    test.each(OTHERS)(
      "plans %s as the offline engine does, without a warning",
      async (stack) => {
        const { text } = await project.pulumi(["preview", "--json", "--stack", stack]);
        expect(planned(text)).toEqual(goldenPlan(stack, IN_AWS[stack]));
      },
      120_000,
    );

    test("plans and brings up an environment there, which answers over HTTPS", async () => {
      // The offline engine asks for its outputs, too.
      await shared.handOver();
      await staging.bringUp();
      const answer = await request(world, "staging", "/api/health");
      expect([answer.status, JSON.parse(answer.body)]).toMatchObject([200, { status: "ok", version: "v1" }]);
    }, 600_000);

    test("finds nothing to change in either the second time", async () => {
      for (const stack of [shared, staging]) await stack.expectNoChanges();
    }, 300_000);

    test("shows a changed setting as the lines that change on the machine", async () => {
      await staging.set({ "flowfleet:flowmaster.compression.level": 7 });
      const text = await staging.said("preview", "--diff");
      await staging.said("config", "rm", "--path", "flowfleet:flowmaster.compression.level");
      expect(text).toMatch(/~ \[\d+\]: " *gzip_comp_level 5;" => " *gzip_comp_level 7;"/);
      expect(text).toMatch(/Resources:\n {4}~ 1 to update\n/);
    }, 120_000);

    test("leaves a state that the offline engine goes on from, and the other way round", async () => {
      for (const stack of [shared, staging]) await stack.handOver();
      succeeded(await world.destroy("staging"));
      succeeded(await world.up("staging"));
      expect((await request(world, "staging", "/api/health")).status).toBe(200);
      for (const stack of [shared, staging]) await stack.takeBack();
    }, 900_000);

    test("does not take the machine from under an environment", async () => {
      const before = await snapshot(world, world.machine());
      const kept = await shared.pulumi(["destroy", "--yes"], { check: false });
      expect([kept.exitCode === 0, kept.text]).toEqual([false, expect.stringContaining("protected")]);
      // How an operator takes the protection off; `pulumi state unprotect --all` does it in the state alone.
      await shared.set({ "flowfleet:hosts.main.protect": false });
      await shared.said("up", "--yes", "--skip-preview");
      const refused = await shared.pulumi(["destroy", "--yes"], { check: false });
      expect([refused.exitCode === 0, refused.text]).toEqual([false, expect.stringContaining("other stacks live on this machine")]);
      expect(await snapshot(world, world.machine())).toBe(before);
    }, 300_000);

    test("removes the environment, then what the owner has put on the machine", async () => {
      for (const stack of [staging, shared]) {
        expect(await stack.said("destroy", "--yes")).toMatch(/Resources:\n {4}- \d+ deleted\n/);
        await stack.said("stack", "rm", "--yes");
      }
      expect(await leftovers()).toBe("");
    }, 600_000);

    test("never printed a secret", () => {
      const secrets = [...OWN.map((stack) => configOf(world, stack)), ...OTHERS.map(configWithoutAws)]
        .flatMap((config) => Object.values(config))
        .map(secretOf);
      expect(secrets.filter((secret) => secret !== undefined && project.printed.includes(secret))).toEqual([]);
      expect(secrets.some((secret) => secret !== undefined)).toBe(true);
    });
  });
});

/** As a user without AWS has it, and with a value for each secret that the stack's file lacks. */
function configWithoutAws(stack: string): Record<string, ConfigValue> {
  const left = rehearsed(stack).systems.filter((system) => !IN_AWS[stack]?.includes(system));
  const { leftOut, missingSecrets } = rehearsed(stack, left);
  const secrets = missingSecrets.map((key): [string, ConfigValue] => [key, { secret: `stand-in of ${stack} for ${key}` }]);
  return Object.fromEntries([...leftOut.map((key): [string, ConfigValue] => [key, null]), ...secrets]);
}

function rehearsed(name: string, systems?: readonly string[]): StackToRehearse {
  const found = stacksToRehearse([name], { ...(systems && { systems }) }).find(({ stack }) => stack === name);
  if (!found) throw new Error(`no stack ${name}`);
  return found;
}
