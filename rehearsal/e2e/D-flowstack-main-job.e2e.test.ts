/** FlowStack in AWS by one command, as an operator runs it: what it prints works as printed, a second run finds nothing to do, `--down` leaves nothing. */
import execa from "execa";
import { CommandLine } from "./command-line";

const prod = new CommandLine("prod");
let printed: string;

beforeAll(async () => {
  const { exitCode, stdout, stderr } = await prod.run("npx flowfleet rehearse --stack prod --systems flowstack --twice");
  if (exitCode !== 0) throw new Error(`${stdout}\n${stderr}`);
  printed = stdout;
}, 600_000);
afterAll(() => prod.close(), 180_000);

const shell = async (line: string): Promise<string> => (await execa.command(line, { shell: true })).stdout;

test("a second run finds nothing to do", () => {
  expect(printed).toMatch(/^prod: succeeded: \d+ create in /m);
  expect(printed).toMatch(/^prod, second run: succeeded: \d+ same in /m);
});

test("the curl line works as printed", async () => {
  expect(await shell(/^ +Try +(curl .*)$/m.exec(printed)?.[1] ?? "")).toBe("pong");
});

test("--status tells of the emulator and the task, and of no machine", async () => {
  const { stdout } = await prod.run("npx flowfleet rehearse --stack prod --status");
  expect(stdout.split("\n")).toEqual([
    expect.stringMatching(/^AWS: an emulator at http:\/\/127\.20\.\d+\.205:5000$/),
    expect.stringMatching(/^A task of flowstack: http:\/\/127\.20\.\d+\.207:3000$/),
  ]);
  expect(await prod.status()).toMatchObject({
    stacks: ["prod"],
    machines: [],
    aws: { region: "eu-central-1", task: { system: "flowstack" } },
  });
});

test("brought up again, it goes on with what stands there", async () => {
  const { exitCode, stdout } = await prod.run("npx flowfleet rehearse --stack prod --systems flowstack");
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^prod: succeeded: \d+ same in /)]);
  expect(await shell(/^ +Try +(curl .*)$/m.exec(stdout)?.[1] ?? "")).toBe("pong");
}, 300_000);

test("--down leaves nothing behind", async () => {
  expect(await prod.leftBy("npx flowfleet rehearse --stack prod --down")).toEqual([]);
}, 180_000);
