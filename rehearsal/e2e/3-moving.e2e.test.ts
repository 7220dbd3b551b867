/** What changes around a server: an environment less, other names. */
import { destroy, up } from "../engine";
import { differences, everything, instances, served } from "./living";
import { underLoad } from "./load";
import { type Names, RENAMING_DOMAIN, renamingProgram, sharedWithHost } from "./renaming";
import { request } from "./request";
import { changesOf, ENVIRONMENTS, reasons, succeeded, World } from "./world";

let world: World;
const on = (command: string): Promise<string> => world.on(world.machine(), command, { timeout: 120_000 });
const unprotected = { "flowfleet:hosts.main.protect": false };

beforeAll(async () => {
  world = await World.open();
  await world.settle("shared", ...ENVIRONMENTS);
}, 1_200_000);

describe("destroying one environment", () => {
  test("leaves the others as they are and loses none of their requests", async () => {
    const others = (lines: string[]): string[] => lines.filter((line) => !line.startsWith("flowmaster-demo"));
    const before = await instances(world);
    const { result, failed } = await underLoad(world, "prod", "/api/echo?a=1", () => world.destroy("demo"));
    succeeded(result);
    expect(failed).toBe(0);
    const after = await instances(world);
    expect(after).toEqual(others(before));
    expect(
      await on("ls /srv/flowmaster; ls /etc/nginx/flowfleet/sites /etc/flowfleet/certificates; docker network ls; docker ps -a"),
    ).not.toContain("demo");
    await expect(request(world, "demo", "/api/health")).rejects.toThrow();
    for (const stack of ["prod", "staging", "dev"]) expect(changesOf(succeeded(await world.up(stack)))).toEqual([]);
  }, 180_000);

  test("can be taken back", async () => {
    const { result, failed } = await underLoad(world, "prod", "/api/echo?a=1", () => world.up("demo"));
    succeeded(result);
    expect(failed).toBe(0);
    await served(world);
  }, 180_000);
});

describe("destroying the machine's owner while environments live there", () => {
  test("is refused by the protection, before anything is removed", async () => {
    const before = await everything(world);
    const result = await world.destroy("shared");
    expect([result.succeeded, reasons(result)]).toEqual([false, expect.stringContaining("protected")]);
    expect(differences(before, await everything(world))).toEqual([]);
  }, 120_000);

  test("is refused by the machine itself where the protection was taken off", async () => {
    succeeded(await world.up("shared", { config: unprotected }));
    const before = await everything(world);
    const result = await world.destroy("shared", { config: unprotected });
    expect([result.succeeded, reasons(result)]).toEqual([
      false,
      expect.stringMatching(/other stacks live on this machine[^]*flowmaster of stack demo[^]*flowmaster of stack prod/),
    ]);
    expect(differences(before, await everything(world))).toEqual([]);
    succeeded(await world.up("shared"));
    expect(changesOf(succeeded(await world.up("shared")))).toEqual([]);
  }, 180_000);
});

describe("other names in the configuration", () => {
  const first: Names = { host: "main", component: "page" };
  const files =
    "/srv/renaming /etc/nginx/flowfleet/sites/renaming* /etc/nginx/flowfleet/names/renaming* /etc/nginx/flowfleet/services/renaming* /etc/flowfleet/certificates/renaming* /etc/letsencrypt/live/renaming*";
  const listing = `find ${files} -printf '%i %p %l\\n' | sort; cat /etc/letsencrypt/live/renaming*/cert.pem; docker network ls | grep renaming`;
  const kept = async (): Promise<string[]> => [...(await instances(world, "renaming-")), ...(await on(listing)).split("\n")];

  beforeAll(async () => {
    await world.prepared.acme.map([RENAMING_DOMAIN], world.machine());
    succeeded(await up(renamingProgram(world, first)));
  }, 180_000);

  test.each<[string, Names]>([
    ["of components", { host: "main", component: "site" }],
    ["of what they belong to", { host: "main", component: "site", folder: "moved" }],
    ["of the host", { host: "server", component: "site", folder: "moved" }],
  ])(
    "%s lose no file, no instance and no request",
    async (_, names) => {
      const before = await kept();
      const { result, failed } = await underLoad(world, "shared", "/api/echo?a=1", () => up(renamingProgram(world, names)), {
        name: RENAMING_DOMAIN,
      });
      expect(changesOf(succeeded(result)).filter((change) => change.startsWith("delete")).length).toBeGreaterThan(0);
      expect(failed).toBe(0);
      expect(differences(before, await kept())).toEqual([]);
      expect(changesOf(succeeded(await up(renamingProgram(world, names))))).toEqual([]);
    },
    300_000,
  );

  test("are removed with all that came with them", async () => {
    succeeded(await destroy(renamingProgram(world, { host: "server", component: "site", folder: "moved" })));
    expect(await instances(world, "renaming-")).toEqual([]);
    expect(await on(`ls -d ${files} 2>/dev/null || true; docker network ls | grep renaming || true`)).toBe("");
  }, 180_000);

  test("of a host that others share lose nothing of anybody's", async () => {
    const settings = "ufw status; swapon; sshd -T | sort; ls -i /etc/nginx/nginx.conf /etc/docker/daemon.json /etc/ssh/sshd_config.d";
    const all = async (): Promise<string[]> => [...(await everything(world)), ...(await on(settings)).split("\n")];
    const shared = (name: string, protect: boolean) => {
      const { config, ...engine } = sharedWithHost(world, name);
      return up({ ...world.engine("shared"), ...engine, config: { ...config, [`flowfleet:hosts.${name}.protect`]: protect } });
    };
    succeeded(await shared("main", false));
    const before = await all();
    for (const name of ["server", "main"]) {
      const { result, failed } = await underLoad(world, "prod", "/api/echo?a=1", () => shared(name, false));
      expect(changesOf(succeeded(result)).filter((change) => change.startsWith("delete")).length).toBeGreaterThan(10);
      const tenant = succeeded(await world.up("prod", { config: { "flowfleet:flowmaster.host.name": name } }));
      expect(changesOf(tenant).filter((change) => !change.endsWith(`shared-${name}`) && !change.startsWith("delete shared-"))).toEqual([]);
      expect([failed, differences(before, await all())]).toEqual([0, []]);
    }
    await world.settle("shared");
    const refused = await world.destroy("shared");
    expect(refused.succeeded).toBe(false);
  }, 600_000);
});
