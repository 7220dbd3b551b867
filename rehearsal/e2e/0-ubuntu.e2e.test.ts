/** Stack `local` on Ubuntu: its own nginx, certbot, sshd, ufw, and a Docker that is years ahead of Debian's. */
import { readFile } from "node:fs/promises";
import execa from "execa";
import type { Estate, Machine } from "../machines";
import { CommandLine } from "./command-line";
import { eventually } from "./faults";

const local = new CommandLine("local");
let printed: string;
let estate: Estate;
let machine: Machine;

beforeAll(async () => {
  const { exitCode, stdout, stderr } = await local.run("npx flowfleet rehearse --stack local --os ubuntu-24.04 --twice");
  if (exitCode !== 0) throw new Error(`${stdout}\n${stderr}`);
  printed = stdout;
  estate = await local.estate();
  machine = await estate.machine("local-main");
}, 900_000);
afterAll(() => local.close(), 120_000);

const inside = async (script: string): Promise<string> => (await estate.exec(machine.name, ["sh", "-c", script])).stdout.trim();

const health = async (): Promise<string> => {
  const line = /^ +Try +(curl .*)$/m.exec(printed)?.[1] ?? "";
  return (await execa.command(line, { shell: true, reject: false })).stdout;
};
const HEALTHY = '{"status":"ok","version":"v1"}';

test("it serves over HTTPS, and a second run finds nothing to do", async () => {
  expect(printed).toMatch(/^local, second run: succeeded: \d+ same in /m);
  expect(await health()).toBe(HEALTHY);
});

test("it is Ubuntu, with Ubuntu's own Docker", async () => {
  expect(await inside(". /etc/os-release && echo $ID $VERSION_ID && dpkg-query --search $(command -v dockerd)")).toBe(
    "ubuntu 24.04\ndocker.io: /usr/bin/dockerd",
  );
  expect(Number.parseInt(await inside("docker version --format '{{.Server.Version}}'"), 10)).toBeGreaterThanOrEqual(27);
});

test("the network's settings that are written are in force on the server, and on no other machine", async () => {
  expect(await inside("sysctl --values net.ipv4.conf.all.accept_redirects net.ipv4.conf.all.send_redirects")).toBe("0\n0");
  const here = (): Promise<string> => readFile("/proc/sys/net/ipv4/ip_default_ttl", "utf8");
  const before = await here();
  await inside("sysctl --write net.ipv4.ip_default_ttl=99");
  expect(await inside("cat /proc/sys/net/ipv4/ip_default_ttl")).toBe("99");
  expect(await here()).toBe(before);
  await expect(inside("echo 99 > /proc/sys/vm/swappiness")).rejects.toThrow(/Read-only/);
});

test("from another machine only 22, 80 and 443 answer, containers included", async () => {
  const neighbour = await estate.neighbour();
  const open = (ports: [number, number]): Promise<number[]> => neighbour.scan(machine.internalAddress, { ports });
  expect([await open([1, 1024]), await open([6900, 8100])]).toEqual([[22, 80, 443], []]);
  const addresses = await inside("docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' $(docker ps -q)");
  const containers = addresses.split("\n");
  expect(containers).toHaveLength(2);
  for (const address of containers) {
    const route = { subnet: `${address}/32`, via: machine.internalAddress };
    expect(await neighbour.scan(address, { ports: [80, 80], route })).toEqual([]);
    expect(await neighbour.scan(address, { ports: [8000, 8000], route })).toEqual([]);
  }
}, 120_000);

test("a package that comes later restarts no service, though needrestart is there and finds libraries replaced", async () => {
  const services = "nginx ssh containerd";
  const begun = (): Promise<string> => inside(`systemctl show --property ActiveEnterTimestampMonotonic ${services}`);
  const before = await begun();
  await inside("NEEDRESTART_SUSPEND=1 DEBIAN_FRONTEND=noninteractive apt-get install -q -y --reinstall libc6");
  expect(await inside("needrestart -b -r l")).toContain("NEEDRESTART-SVC: nginx.service");
  const document = JSON.stringify({ owner: "end-to-end test", install: ["tree"] });
  await estate.exec(machine.name, ["/usr/local/lib/flowfleet/helper", "packages", "apply"], { input: document, timeout: 60_000 });
  expect(await inside("command -v tree")).toBe("/usr/bin/tree");
  expect(await begun()).toBe(before);
}, 120_000);

test("after a reboot it serves again", async () => {
  await estate.reboot(machine.name);
  await eventually(health, HEALTHY, 60);
  expect(await inside("systemctl --failed --plain --no-legend")).toBe("");
}, 120_000);

test("--down leaves nothing behind", async () => {
  expect(await local.leftBy("npx flowfleet rehearse --stack local --down")).toEqual([]);
}, 120_000);
