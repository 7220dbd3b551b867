/** Flowra gets other secrets, and its administrator another address: who sees something of it. */
import { execFileSync } from "node:child_process";
import { Flowra, STACK } from "./flowra";
import { commandLinesDuring, FILES_WITH_SECRETS, findOnServer, ofAnyInstance, secretsOf } from "./leaks";
import { changesOf, succeeded } from "./world";

const VOLUMES = "/var/lib/docker/volumes/";

let flowra: Flowra;
const canary = "canary-5b1e07d2c94f4a5f8e63a1c7-5b1e07d2c94f";
const seen: string[] = [];
let secrets: string[] = [];
let lines: string[] = [];

beforeAll(async () => {
  flowra = await Flowra.open("containers");
  const neighbour = await flowra.world.prepared.estate.neighbour();
  const before = await secretsOf(flowra);
  const config = {
    "flowfleet:flowra.variables.FLOWRA_AUTH_JWT_SECRET": { secret: canary },
    "flowfleet:flowra.rotation.mongodb": "canary",
    "flowfleet:flowra.rotation.redis": "canary",
    "flowfleet:flowra.rotation.keycloakClient": "canary",
    "flowfleet:flowra.admin.allowFrom": [neighbour.internalAddress],
  };
  const watched = await commandLinesDuring(() => flowra.up({ config, onEvent: (event) => void seen.push(JSON.stringify(event)) }));
  expect(changesOf(succeeded(watched.result)).join("\n")).toMatch(/flowra-api/);
  seen.push(JSON.stringify(watched.result.diagnostics));
  lines = watched.lines;
  const after = await secretsOf(flowra);
  expect(after).toContain(canary);
  secrets = [...new Set([...before, ...after])];
  expect(secrets.length).toBe(before.length + 4);
}, 2_000_000);

/** The stack as it is in the files. */
afterAll(async () => {
  succeeded(await flowra.up());
}, 300_000);

const having = (texts: string[]): string[] => texts.filter((text) => secrets.some((one) => text.includes(one)));

test("none is in the arguments of any process, here or on the server", () => {
  expect(having(lines)).toEqual([]);
});

test("none is in what the run tells, nor in a file of it", () => {
  expect(having(seen)).toEqual([]);
  const { stateDir } = flowra.world.prepared.estate;
  const files = execFileSync("sh", ["-c", `grep -rlF -f - '${stateDir}' || true`], { input: secrets.join("\n") }).toString();
  expect(files).toBe("");
});

test("on the server they are in files that only their owner reads, and nobody else finds one", async () => {
  const { files, readable, told } = await findOnServer(flowra, secrets);
  expect([readable, told]).toEqual([[], []]);
  const [kept, own] = [files.filter((file) => file.includes(VOLUMES)), files.filter((file) => !file.includes(VOLUMES))];
  expect(own.map(ofAnyInstance)).toEqual(FILES_WITH_SECRETS);
  // Keycloak itself has to know the secret of its client.
  for (const file of kept) expect(file).toMatch(/^600 \/var\/lib\/docker\/volumes\/keycloak_db_data\//);
}, 180_000);

test("Keycloak's administration is for the listed addresses alone", async () => {
  const neighbour = await flowra.world.prepared.estate.neighbour();
  const { internalAddress } = flowra.world.machine();
  const [, auth = ""] = flowra.world.domains(STACK);
  const ask = `import http.client, socket, ssl, sys
there = http.client.HTTPSConnection("${auth}")
there.sock = ssl._create_unverified_context().wrap_socket(socket.create_connection(("${internalAddress}", 443)), server_hostname="${auth}")
for path in sys.argv[1:]:
    there.request("GET", path)
    answer = there.getresponse()
    answer.read()
    print(answer.status)`;
  const paths = ["/admin/master/console/", "/realms/master/.well-known/openid-configuration"];
  const { stdout } = await neighbour.exec(["python3", "-c", ask, ...paths]);
  expect(stdout).toBe("200\n200\n");
  for (const where of paths) expect((await flowra.ask(where, { name: auth })).status).toBe(403);
});
