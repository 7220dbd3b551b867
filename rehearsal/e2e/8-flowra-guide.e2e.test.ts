/** Every command of docs/systems/flowra.md for Flowra in containers, run as it is printed there: on the server as root, here as an operator. */
import { VARIABLE_NAMES } from "../../stacks/flowra/variables";
import { Flowra, STACK } from "./flowra";
import { BLOCKS, runsBlocks } from "./flowra-guide";
import { linesOf, Operator } from "./guide";
import { succeeded } from "./world";

let flowra: Flowra;
const operator = new Operator(STACK, (config) => flowra.up({ config }));
const here = linesOf(BLOCKS);

beforeAll(async () => {
  flowra = await Flowra.open("containers");
}, 1_800_000);

/** The stack as it is in the files. */
afterAll(async () => {
  succeeded(await flowra.up());
}, 300_000);

runsBlocks(() => flowra, "", "mode=containers");

describe("here", () => {
  let password = "";
  const redisPassword = (): Promise<string> => flowra.on('. /opt/flowra/.env; printf %s "$FLOWRA_REDIS_PASSWORD"');

  beforeAll(async () => {
    password = await redisPassword();
  });

  test.each(here)("%s", (line) => operator.types(line), 300_000);

  test("what was typed has come to pass, and Flowra does its work", async () => {
    const { variables } = JSON.parse((await flowra.ask("/api/v1/version")).body) as { variables: string[] };
    expect(variables).toEqual([...VARIABLE_NAMES].sort());
    const inspected = await flowra.on("docker inspect --format '{{json .Config.Env}}' $(docker ps -q --filter name=flowra-api-)");
    expect(JSON.parse(inspected)).toEqual(
      expect.arrayContaining(["FLOWRA_LOG_LEVEL=debug", "FLOWRA_MONGODB_MAX_POOL_SIZE=50", "FLOWRA_REDIS_POOL_SIZE=5"]),
    );
    expect(await redisPassword()).not.toBe(password);
    for (const process of flowra.processes()) expect([process, await flowra.works(process)]).toEqual([process, true]);
  });
});
