/** What becomes of a hand-built server, whichever engine takes it over: all that is in the way is told, nothing is touched; then nobody notices. */
import { type CoreFlow, HEALTHY, INSTANCES, STACK } from "./coreflow";
import { type HandBuilt, ITEMS, KEEPERS } from "./hand-built";
import { everythingOf } from "./hand-built-state";
import { differences } from "./living";
import { underLoad, type Lost } from "./load";

export const TAKE_OVER = "flowfleet:hosts.coreflow.takeOver";
export const WORDS = ["nginx", "pm2", "docker"];

/** What is kept there, as `dataOf` gives it. */
export const DATA = {
  schemas: ["items-value"],
  pgadmin: "admin@coreflow.example.com",
  ...Object.fromEntries(Object.keys(KEEPERS).map((service) => [service, { postgres: ITEMS, redis: ITEMS, kafka: ITEMS }])),
};

/** Nothing of the server is another afterwards, and PM2's daemon, nginx' and Docker's were not started anew. */
export async function untouchedBy<T>(server: HandBuilt, work: () => Promise<T>): Promise<T> {
  const daemons = (): Promise<string> => server.on("systemctl show --property MainPID nginx docker; cat /home/ubuntu/.pm2/pm2.pid");
  const before = [await everythingOf(server), await daemons()] as const;
  const result = await work();
  expect(differences(before[0], await everythingOf(server))).toEqual([]);
  expect(await daemons()).toBe(before[1]);
  return result;
}

/** What is in the way, by what it says to do about it. */
export function inTheWay(said: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [, what = "", way = ""] of said.matchAll(/^ +- (.*); (.*) takes it over, or remove it by hand$/gm))
    (found[way] ??= []).push(what);
  return found;
}

/** All of it at once. */
export function expectAllInTheWay(said: string): void {
  const found = inTheWay(said);
  expect(found["takeOver: [nginx]"]).toEqual(
    expect.arrayContaining([
      expect.stringContaining("/etc/nginx/nginx.conf"),
      expect.stringContaining("/etc/nginx/sites-enabled/coreflow"),
      expect.stringContaining("certbot's certificate coreflow.example.com"),
    ]),
  );
  const ports = (of: string): string[] => (found[of] ?? []).flatMap((line) => /^ports: (\d+) /.exec(line)?.[1] ?? []);
  expect(ports("takeOver: [nginx]")).toEqual(["443", "80"]);
  expect(ports("takeOver: [pm2]")).toEqual(["3000", "3001", "3002", "3003", "8000", "8080"]);
  expect(ports("takeOver: [docker]")).toEqual(["5050", "5432", "6379", "8081", "8082", "9092"]);
  expect(found["takeOver: [docker]"]?.filter((line) => line.startsWith("containers:"))).toHaveLength(HEALTHY.length);
  expect(said).toContain("paths: /opt/coreflow exists");
}

/** Below the site, the API and the dashboard; the guide lets one client ask the API ten times a second. */
export async function underAllLoads<T>(server: HandBuilt, work: () => Promise<T>): Promise<{ result: T; lost: Record<string, Lost> }> {
  const lost: Record<string, Lost> = {};
  const on = (path: string, rate: number, work: () => Promise<T>) => async (): Promise<T> => {
    const { result, ...counted } = await underLoad(server.world, STACK, path, work, { rate, connections: 2, least: rate * 20 });
    lost[path] = counted;
    return result;
  };
  const all = [
    ["/", 20],
    ["/dashboard/version", 20],
    ["/api/version", 4],
    ["/api/services", 4],
  ] as const;
  const result = await all.reduce((inner, [path, rate]) => on(path, rate, inner), work)();
  return { result, lost };
}

export function expectNoneLost(lost: Record<string, Lost>): void {
  for (const [path, { failed, answered }] of Object.entries(lost)) expect([path, failed, answered > 50]).toEqual([path, 0, true]);
}

/** Its containers and processes are ours, and those of before have ended and are still there. */
export async function expectTakenOver(server: HandBuilt, coreflow: CoreFlow): Promise<void> {
  await coreflow.serves();
  const containers = await coreflow.containers();
  expect(containers.filter((one) => !one.includes("-before-flowfleet"))).toEqual(HEALTHY);
  expect(containers.filter((one) => one.includes("-before-flowfleet")).map((one) => one.replace(/ (Exited|Created).*/, " ended"))).toEqual(
    HEALTHY.map((one) => one.replace(" healthy", "-before-flowfleet ended")),
  );
  expect(await coreflow.running()).toEqual(INSTANCES);
  expect(await server.on("pgrep -u ubuntu -l 'node|PM2|python'", { check: false })).toBe("");
  expect(await server.on("systemctl is-enabled pm2-ubuntu", { check: false })).toBe("disabled\n");
  expect(await server.on("iptables-save -t nat | grep -c -i flowfleet", { check: false })).toBe("0\n");
}
