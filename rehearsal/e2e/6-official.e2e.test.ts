/** The official command line on the same program: what it plans, does and undoes, and that either engine goes on from the other's state. */
import * as path from "node:path";
import { homeFolder } from "../../cli/checkout";
import { removeRehearsal } from "../../cli/rehearse";
import { releaseFile, stacksToRehearse } from "../../cli/rehearsed-stack";
import { type ConfigValue, exportState, importState, type UntypedDeployment } from "../engine";
import { configOf, goldenPlan, OfficialProject, ownPlan, planned, secretOf, withOfficialCli } from "./official";
import { request } from "./request";
import { snapshot } from "./snapshot";
import { changesOf, succeeded, World } from "./world";

const OWN = ["shared", "staging"] as const;
const OTHERS = ["prod", "demo", "dev", "local"] as const;

withOfficialCli((cli) => {
  let world: World;
  let project: OfficialProject;
  const at = (stack: string, ...args: string[]): string[] => [...args, "--stack", stack];
  const said = async (stack: string, ...args: string[]): Promise<string> => (await project.pulumi(at(stack, ...args))).text;

  beforeAll(async () => {
    world = await World.open(OWN, { folder: "e2e-official" });
    const { passphrase } = world.engine("shared");
    project = new OfficialProject(cli, { sshAgent: world.prepared.sshAgent, passphrase });
    for (const stack of OWN) await project.init(stack, configOf(world, stack));
    project.release("staging", releaseFile(world.stack("staging"), world.prepared.built));
    for (const stack of OTHERS) await project.init(stack, secretsOf(stack));
  }, 900_000);

  afterAll(async () => {
    project.remove();
    if (process.env["FLOWFLEET_KEEP"] === undefined) await removeRehearsal(path.join(homeFolder(), "e2e-official"), () => undefined);
  }, 120_000);

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
    test("plans and brings up the stack that owns the machine", async () => {
      expect(planned(await said("shared", "preview", "--json"))).toEqual(await ownPlan(world, "shared"));
      const text = await said("shared", "up", "--yes", "--skip-preview");
      expect(text).toMatch(/Resources:\n {4}\+ \d+ created\n/);
      expect(text).not.toContain("warning");
    }, 600_000);

    test.each(["staging", ...OTHERS])(
      "plans %s as the offline engine does, without a warning",
      async (stack) => {
        // FlowMaster alone comes up in this world.
        const { resources, said: nothing } = goldenPlan(stack);
        const here = stack === "staging" ? resources.filter((urn) => !urn.includes("flowra")) : resources;
        expect(planned(await said(stack, "preview", "--json"))).toEqual({ resources: here, said: nothing });
      },
      120_000,
    );

    test("brings up an environment there, which answers over HTTPS", async () => {
      const text = await said("staging", "up", "--yes", "--skip-preview");
      expect(text).toMatch(/Resources:\n {4}\+ \d+ created\n/);
      expect(text).not.toContain("warning");
      const answer = await request(world, "staging", "/api/health");
      expect([answer.status, JSON.parse(answer.body)]).toMatchObject([200, { status: "ok", version: "v1" }]);
    }, 600_000);

    test.each(OWN)(
      "finds nothing to change in %s the second time",
      async (stack) => {
        expect(await said(stack, "up", "--yes", "--expect-no-changes")).toMatch(/Resources:\n {4}\d+ unchanged\n/);
      },
      120_000,
    );

    test("shows a changed setting as the lines that change on the machine", async () => {
      await project.set("staging", { "flowfleet:flowmaster.compression.level": 7 });
      const text = await said("staging", "preview", "--diff");
      await said("staging", "config", "rm", "--path", "flowfleet:flowmaster.compression.level");
      expect(text).toMatch(/~ \[\d+\]: " *gzip_comp_level 5;" => " *gzip_comp_level 7;"/);
      expect(text).toMatch(/Resources:\n {4}~ 1 to update\n/);
    }, 120_000);

    test("leaves a state that the offline engine goes on from", async () => {
      for (const stack of OWN) {
        const exported = JSON.parse(await said(stack, "stack", "export")) as UntypedDeployment;
        await importState(world.engine(stack), exported);
        expect(changesOf(succeeded(await world.preview(stack)))).toEqual([]);
      }
      succeeded(await world.destroy("staging"));
      succeeded(await world.up("staging"));
      expect((await request(world, "staging", "/api/health")).status).toBe(200);
    }, 600_000);

    test.each(OWN)(
      "goes on from the state that the offline engine wrote for %s",
      async (stack) => {
        const exported = JSON.stringify(await exportState(world.engine(stack)));
        await project.pulumi(at(stack, "stack", "import"), { input: exported });
        expect(await said(stack, "preview", "--expect-no-changes")).toMatch(/Resources:\n {4}\d+ unchanged\n/);
      },
      120_000,
    );

    test("does not take the machine from under an environment", async () => {
      const before = await snapshot(world, world.machine());
      const kept = await project.pulumi(at("shared", "destroy", "--yes"), { check: false });
      expect([kept.exitCode === 0, kept.text]).toEqual([false, expect.stringContaining("protected")]);
      // How an operator takes the protection off; `pulumi state unprotect --all` does it in the state alone.
      await project.set("shared", { "flowfleet:hosts.main.protect": false });
      await said("shared", "up", "--yes", "--skip-preview");
      const refused = await project.pulumi(at("shared", "destroy", "--yes"), { check: false });
      expect([refused.exitCode === 0, refused.text]).toEqual([false, expect.stringContaining("other stacks live on this machine")]);
      expect(await snapshot(world, world.machine())).toBe(before);
    }, 300_000);

    test("removes the environment, then what the owner has put on the machine", async () => {
      for (const stack of [...OWN].reverse()) {
        expect(await said(stack, "destroy", "--yes")).toMatch(/Resources:\n {4}- \d+ deleted\n/);
        await said(stack, "stack", "rm", "--yes");
      }
      expect(await leftovers()).toBe("");
    }, 600_000);

    test("never printed a secret", () => {
      const secrets = [...OWN.map((stack) => configOf(world, stack)), ...OTHERS.map(secretsOf)]
        .flatMap((config) => Object.values(config))
        .map(secretOf);
      expect(secrets.filter((secret) => secret !== undefined && project.printed.includes(secret))).toEqual([]);
      expect(secrets.some((secret) => secret !== undefined)).toBe(true);
    });
  });
});

const secretsOf = (stack: string): Record<string, ConfigValue> =>
  Object.fromEntries(
    (stacksToRehearse([stack]).find((one) => one.stack === stack)?.missingSecrets ?? []).map((key) => [
      key,
      { secret: `stand-in of ${stack} for ${key}` },
    ]),
  );
