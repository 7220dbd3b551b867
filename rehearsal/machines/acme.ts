import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Acme, AcmeOptions, Estate, Machine, Run } from "./api";
import { authority, certificatesOf, issue } from "./authority";
import { ACME } from "./block";
import { until } from "./command";
import { worldOf } from "./estate";
import { runService, type Service } from "./service-container";
import type { World } from "./world";

const HOST = "acme.test";
const PORT = 14_000;
const MANAGEMENT = 15_000;
const NINETY_DAYS = 90 * 24 * 3600;

/** Pebble with its challenge test server as its only source of DNS answers. */
export async function startAcme(estate: Estate, { certificateLifetime = NINETY_DAYS, ...run }: AcmeOptions = {}): Promise<Acme> {
  const world = worldOf(estate);
  const started = await runService(
    world,
    { certificateLifetime, start: START },
    () => service(world, certificateLifetime, run),
    "acme",
    run,
  );
  if (started) run.report?.(`ACME test CA at https://${HOST}:${PORT}/dir`);
  const roots = await readRoots(world, run);
  if (started) await answer(world, world.record.names, run);
  const rootCaFile = join(world.stateDir, "ca.pem");
  const rootCa = withKnown(await readFile(rootCaFile, "utf8").catch(() => ""), roots);
  await writeFile(rootCaFile, rootCa);
  return {
    directoryUrl: `https://${HOST}:${PORT}/dir`,
    directoryCa: await authority(world, run),
    rootCa,
    rootCaFile,
    map: async (names: string[], machine: Machine, options: Run = {}) => {
      const added = Object.fromEntries(names.map((name) => [name, machine.name]));
      await world.update((record) => (record.names = { ...record.names, ...added }));
      await answer(world, added, options);
    },
  };
}

/** Pebble makes a new root whenever it starts; certificates of the earlier ones still serve. */
const withKnown = (known: string, roots: string): string => (known.includes(roots) ? known : known + roots);

async function service(world: World, lifetime: number, run: Run): Promise<Service> {
  const { certificate, key } = await issue(world, [HOST, "localhost"], run);
  return {
    role: "acme",
    index: ACME,
    aliases: [HOST],
    ports: [],
    files: {
      "/acme/config.json": pebbleConfig(lifetime),
      "/acme/tls.pem": certificate,
      "/acme/tls.key": key,
      "/acme/start": START,
    },
    start: "/acme/start",
  };
}

export const pebbleConfig = (certificateLifetime: number): string =>
  JSON.stringify({
    pebble: {
      listenAddress: `0.0.0.0:${PORT}`,
      managementListenAddress: `127.0.0.1:${MANAGEMENT}`,
      certificate: "/acme/tls.pem",
      privateKey: "/acme/tls.key",
      httpPort: 80,
      tlsPort: 443,
      certificateValidityPeriod: certificateLifetime,
    },
  });

/** Pebble by itself waits, refuses nonces and reuses authorizations at random, to test clients; here every order is validated, at once. */
const START = `pebble-challtestsrv -defaultIPv4 "" -defaultIPv6 "" -http01 "" -https01 "" -tlsalpn01 "" -dns01 127.0.0.1:8053 -management 127.0.0.1:8055 &
PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 PEBBLE_AUTHZREUSE=0 exec pebble -config /acme/config.json -dnsserver 127.0.0.1:8053 -strict=false
`;

async function readRoots(world: World, { signal }: Run): Promise<string> {
  const name = world.containerName("acme");
  const argv = ["curl", "--silent", "--show-error", "--fail", "--insecure", `https://localhost:${MANAGEMENT}/roots/0`];
  return until({ step: "wait for the ACME test CA", subject: name, timeout: 30_000, signal }, async (saw) => {
    const { exitCode, stdout, stderr } = await world.exec(name, argv, { check: false, ...(signal ? { signal } : {}) });
    saw(stderr);
    return exitCode === 0 ? certificatesOf(stdout) : undefined;
  });
}

/** Tells the test server where names are. An earlier answer for a name goes first: it would be added to. */
async function answer(world: World, names: Record<string, string>, { signal }: Run): Promise<void> {
  const entries = await Promise.all(
    Object.entries(names).map(async ([host, machine]) => ({ host, addresses: [(await world.machine(machine)).internalAddress] })),
  );
  if (entries.length === 0) return;
  await world.exec(world.containerName("acme"), ["python3", "-c", TELL], { input: JSON.stringify(entries), ...(signal ? { signal } : {}) });
}

const TELL = `
import json, sys, urllib.request
def tell(path, body):
    urllib.request.urlopen("http://127.0.0.1:8055/" + path, json.dumps(body).encode(), timeout=10).read()
for entry in json.load(sys.stdin):
    tell("clear-a", {"host": entry["host"]})
    tell("add-a", entry)
`;
