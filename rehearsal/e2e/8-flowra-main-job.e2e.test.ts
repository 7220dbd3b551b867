/** Flowra by one command, as an operator runs it: what it prints works as printed, a second run finds nothing to do, `--down` leaves nothing. */
import execa from "execa";
import { CommandLine } from "./command-line";

const prod = new CommandLine("prod");
let printed: string;

beforeAll(async () => {
  const { exitCode, stdout, stderr } = await prod.run("npx flowfleet rehearse --stack prod --systems flowra --twice");
  if (exitCode !== 0) throw new Error(`${stdout}\n${stderr}`);
  printed = stdout;
}, 1_500_000);
afterAll(() => prod.close(), 180_000);

test("a second run finds nothing to do", () => {
  expect(printed).toMatch(/^prod: succeeded: \d+ create in /m);
  expect(printed).toMatch(/^prod, second run: succeeded: \d+ same in /m);
});

const curlLine = (): string => /^ +Try +(curl .*)$/m.exec(printed)?.[1] ?? "";
const shell = async (line: string): Promise<string> => (await execa.command(line, { shell: true })).stdout;

test("the curl line works as printed", async () => {
  expect(JSON.parse(await shell(curlLine()))).toEqual({ status: "healthy" });
});

test("the API lets nobody in without a token", async () => {
  const line = curlLine().replace(/ (https:\/\/\S+)\/health$/, " --output /dev/null --write-out '%{http_code}' $1/api/v1/me");
  expect(await shell(line)).toBe("401");
});

test("Keycloak answers at its own address", async () => {
  expect(printed).toContain("flowra: https://auth.flowra.com\n");
  const line = curlLine()
    .replaceAll("api.flowra.com", "auth.flowra.com")
    .replace(/\/health$/, "/realms/flowra");
  expect(JSON.parse(await shell(line))).toMatchObject({ realm: "flowra" });
});

test("--down leaves nothing behind", async () => {
  expect(await prod.leftBy("npx flowfleet rehearse --stack prod --down")).toEqual([]);
}, 180_000);
