import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureDocker, findEstate, openEstate, startAcme, startRegistry, type Estate, type Machine } from ".";

jest.setTimeout(600_000);

const stateDir = mkdtempSync(join(tmpdir(), "flowfleet-e2e-"));
let estate: Estate;
let main: Machine;

beforeAll(async () => {
  await ensureDocker({ stateDir });
  estate = await openEstate({ stateDir, name: "e2e" });
  main = await estate.boot("main", { ports: [22, 80] });
});
afterAll(async () => {
  await estate.destroy();
  rmSync(stateDir, { recursive: true });
});

const sh = async (script: string, machine = "main") =>
  (await estate.exec(machine, ["sh", "-ec", script], { timeout: 240_000 })).stdout.trim();

/** As an operator: pinned host key, the estate's agent, nothing else. */
async function login(script: string): Promise<string> {
  const known = join(stateDir, "known_hosts");
  writeFileSync(known, `[${main.address}]:${main.port} ${main.hostKey}\n${main.address} ${main.hostKey}\n`);
  const options = ["-o", `UserKnownHostsFile=${known}`, "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-p", `${main.port}`];
  const env = { ...process.env, SSH_AUTH_SOCK: await estate.agent() };
  return execFileSync("ssh", ["-F", "none", ...options, `root@${main.address}`, script], { env, encoding: "utf8", timeout: 60_000 }).trim();
}

test("a server is handed over as a provider does: systemd runs, root logs in by key, nothing is installed", async () => {
  expect(await login("systemctl is-system-running; id -un; command -v nginx docker ufw certbot || echo none")).toBe("running\nroot\nnone");
  expect(await sh("ls /etc/ssh/ssh_host_*_key | wc -l")).toBe("3");
});

test("it has no way to the real kernel's clock and modules", async () => {
  const { exitCode } = await estate.exec("main", ["date", "-s", "2030-01-01"], { check: false });
  expect(exitCode).not.toBe(0);
  expect(new Date().getFullYear()).not.toBe(2030);
});

test("another process finds it by its folder", async () => {
  const found = await findEstate(stateDir);
  expect(await found?.list()).toEqual([{ ...main, state: "running" }]);
  expect(await found?.boot("main")).toEqual(main);
});

test("a reboot keeps the disk, a new image does not; name, address and host key stay", async () => {
  await sh("echo kept > /root/mark");
  const booted = await sh("cat /proc/1/stat | cut -d' ' -f22");
  expect(await estate.reboot("main")).toEqual(main);
  expect(await sh("cat /root/mark")).toBe("kept");
  expect(await sh("cat /proc/1/stat | cut -d' ' -f22")).not.toBe(booted);
  expect(await estate.reimage("main")).toEqual(main);
  expect(await sh("ls /root")).toBe("");
  expect(await login("id -un")).toBe("root");
});

test("a machine that is down is listed as stopped and starts again", async () => {
  await estate.stop("main");
  expect((await estate.list()).map(({ state }) => state)).toEqual(["stopped"]);
  expect(await estate.start("main")).toEqual(main);
});

test("what cannot be is refused by name", async () => {
  await expect(estate.exec("edge", ["true"])).rejects.toThrow("machine edge: not in this rehearsal; machines: main");
  await expect(estate.boot("main", { ports: [22, 8080] })).rejects.toThrow("machine main: runs without port 8080");
  await expect(estate.boot("Main")).rejects.toThrow('machine "Main": a name has lower-case letters');
});

test("a neighbour sees what listens, and no more", async () => {
  const neighbour = await estate.neighbour();
  expect(await neighbour.scan(main.internalAddress, { ports: [1, 1024] })).toEqual([22]);
});

test("certificates come by HTTP-01 from the test CA, images by production's name", async () => {
  const [acme, registry] = await Promise.all([
    startAcme(estate, { certificateLifetime: 3600 }),
    startRegistry(estate, ["registry.gitlab.com"]),
  ]);
  await acme.map(["app.example.com"], main);
  await registry.trust(main);
  const local =
    execFileSync("docker", ["images", "--quiet", "--filter=label=flowfleet.image=base"], { encoding: "utf8", timeout: 60_000 }).split(
      "\n",
    )[0] ?? "";
  const digest = await registry.push(local, "registry.gitlab.com/group/app");
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);

  await estate.exec("main", ["sh", "-c", "cat > /root/directory.pem"], { input: acme.directoryCa });
  await sh("apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends certbot docker.io");
  await sh(`REQUESTS_CA_BUNDLE=/root/directory.pem certbot certonly --standalone --non-interactive --agree-tos --email a@example.com \
    --server ${acme.directoryUrl} --domain app.example.com`);
  await estate.exec("main", ["sh", "-c", "cat > /root/root.pem"], { input: acme.rootCa });
  const live = "/etc/letsencrypt/live/app.example.com";
  expect(await sh(`openssl verify -CAfile /root/root.pem -untrusted ${live}/chain.pem ${live}/cert.pem`)).toBe(`${live}/cert.pem: OK`);
  expect(await sh(`openssl x509 -in ${live}/cert.pem -noout -checkend 7200 || true`)).toBe("Certificate will expire");

  expect(await sh(`docker pull --quiet registry.gitlab.com/group/app@${digest}`)).toBe(`registry.gitlab.com/group/app@${digest}`);

  // certbot has brought the system's list of authorities, which the registry's is in from the beginning.
  const file = join(stateDir, "archive.tar.gz");
  writeFileSync(file, randomBytes(3_000_000));
  const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
  const url = `https://registry.gitlab.com/v2/group/archive/blobs/sha256:${sha256}`;
  expect(await registry.put(file, sha256, "group/archive")).toBe(url);
  expect(await registry.put(file, sha256, "group/archive")).toBe(url);
  expect(await sh(`curl --silent --show-error --fail ${url} | sha256sum`)).toBe(`${sha256}  -`);
  await expect(registry.put(file, "0".repeat(64), "group/archive")).rejects.toThrow(
    "put a file into the registry (group/archive): the registry answered 400",
  );
});

test("destroy leaves nothing behind, also of containers inside", async () => {
  const other = await openEstate({ stateDir: join(stateDir, "other"), name: "e2e-other" });
  await other.boot("edge");
  const socket = await other.agent();
  await other.destroy();
  const left = (kind: string[]) =>
    execFileSync("docker", [...kind, "--quiet", `--filter=name=${other.network}`], { encoding: "utf8", timeout: 60_000 });
  expect([left(["ps", "--all"]), left(["volume", "ls"]), left(["network", "ls"])]).toEqual(["", "", ""]);
  expect([existsSync(other.stateDir), existsSync(socket)]).toEqual([false, false]);
  expect((await estate.list()).map(({ state }) => state)).toEqual(["running"]);
});
