import { compareSync } from "bcryptjs";
import { isSecret, revealSecrets, UNKNOWN, type Props } from "../../engine";
import { randomProvider } from ".";

const provider = randomProvider();
const operation = (type: string) => ({
  urn: `urn:pulumi:dev::p::random:index/${type}:${type}::r`,
  name: "r",
  type: `random:index/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`,
  preview: false,
  timeout: 0,
  signal: new AbortController().signal,
  log: () => undefined,
});
async function create(type: string, inputs: Props): Promise<{ id: string; outputs: Props; secrets: string[] }> {
  const { id, outputs } = await provider.create({ ...operation(type), inputs });
  return { id, outputs: revealSecrets(outputs), secrets: Object.keys(outputs).filter((name) => isSecret(outputs[name])) };
}
async function problems(type: string, newInputs: Props): Promise<string[]> {
  const { failures } = await provider.check({ ...operation(type), oldInputs: {}, newInputs, randomSeed: Buffer.alloc(32) });
  return failures.map(({ property, reason }) => `${property} ${reason}`);
}
async function replacing(type: string, oldInputs: Props, newInputs: Props): Promise<string[]> {
  const answer = await provider.diff({ ...operation(type), id: "x", oldInputs, oldOutputs: {}, newInputs, ignoreChanges: [] });
  expect(answer).toMatchObject({ changes: answer.diffs.length > 0 ? "some" : "none", deleteBeforeReplace: false, detailedDiff: {} });
  expect(answer.diffs).toEqual(answer.replaces);
  return answer.replaces;
}

describe("results", () => {
  test("RandomId: one number in every notation", async () => {
    const { id, outputs, secrets } = await create("RandomId", { byteLength: 9, prefix: "web-" });
    const hex = (outputs["hex"] as string).slice(4);
    const bytes = Buffer.from(hex, "hex");
    expect(bytes).toHaveLength(9);
    expect(outputs).toEqual({
      byteLength: 9,
      prefix: "web-",
      id,
      hex: `web-${hex}`,
      dec: `web-${BigInt(`0x${hex}`)}`,
      b64Std: `web-${bytes.toString("base64")}`,
      b64Url: `web-${bytes.toString("base64url")}`,
    });
    expect([id, secrets]).toEqual([bytes.toString("base64url"), []]);
  });
  test("RandomBytes are secret", async () => {
    const { id, outputs, secrets } = await create("RandomBytes", { length: 5 });
    expect(Buffer.from(id, "base64").toString("hex")).toBe(outputs["hex"]);
    expect([outputs["base64"], secrets]).toEqual([id, ["base64", "hex"]]);
  });
  test("RandomString is its own id; its defaults are in the outputs", async () => {
    const { id, outputs, secrets } = await create("RandomString", { length: 40 });
    expect(id).toMatch(/^[A-Za-z0-9!@#$%&*()\-_=+[\]{}<>:?]{40}$/);
    const flags = { lower: true, upper: true, number: true, numeric: true, special: true };
    const minimums = { minLower: 0, minUpper: 0, minNumeric: 0, minSpecial: 0 };
    expect(outputs).toEqual({ length: 40, ...flags, ...minimums, id, result: id });
    expect(secrets).toEqual([]);
  });
  test("RandomPassword is secret, and so is its bcrypt hash", async () => {
    const { id, outputs, secrets } = await create("RandomPassword", { length: 12, special: false });
    expect([id, secrets]).toEqual(["none", ["result", "bcryptHash"]]);
    expect(outputs["result"]).toMatch(/^[A-Za-z0-9]{12}$/);
    expect(compareSync(outputs["result"] as string, outputs["bcryptHash"] as string)).toBe(true);
  });
  test("minimums are kept, sets that are off are not used, and special characters can be named", async () => {
    const inputs = { length: 20, lower: false, upper: false, minNumeric: 3, minSpecial: 15, overrideSpecial: "_é" };
    for (let i = 0; i < 20; i++) {
      const characters = Array.from((await create("RandomString", inputs)).id);
      expect(characters).toHaveLength(20);
      expect(characters.filter((character) => "_é".includes(character)).length).toBeGreaterThanOrEqual(15);
      expect(characters.filter((character) => /\d/.test(character)).length).toBeGreaterThanOrEqual(3);
    }
  });
  test("RandomInteger, RandomShuffle, RandomPet and the UUIDs", async () => {
    const drawn = await Promise.all(Array.from({ length: 50 }, () => create("RandomInteger", { min: -1, max: 1 })));
    expect([...new Set(drawn.map(({ outputs }) => outputs["result"]))].sort()).toEqual([-1, 0, 1]);
    expect(drawn[0]?.id).toBe(`${drawn[0]?.outputs["result"] as number}`);
    const { id, outputs } = await create("RandomShuffle", { inputs: ["a", "b", "c"], resultCount: 7 });
    const results = outputs["results"] as string[];
    expect([id, results.length, results.slice(0, 3).sort(), results.slice(3, 6).sort()]).toEqual([
      "-",
      7,
      ["a", "b", "c"],
      ["a", "b", "c"],
    ]);
    expect((await create("RandomPet", { prefix: "my", length: 3 })).id).toMatch(/^my-[a-z]+-[a-z]+-[a-z]+$/);
    expect((await create("RandomUuid", {})).id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect((await create("RandomUuid4", {})).id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const [earlier, later] = [await create("RandomUuid7", {}), await create("RandomUuid7", {})].map(({ id: uuid }) => uuid.slice(0, 13));
    expect(earlier !== undefined && later !== undefined && earlier <= later).toBe(true);
  });
  test("a plan knows the inputs and no result", async () => {
    const { id, outputs } = await provider.create({ ...operation("RandomId"), preview: true, inputs: { byteLength: 4 } });
    expect({ id, outputs }).toEqual({
      id: "",
      outputs: { byteLength: 4, id: UNKNOWN, b64Std: UNKNOWN, b64Url: UNKNOWN, dec: UNKNOWN, hex: UNKNOWN },
    });
  });
});

describe("changes", () => {
  test("every changed property replaces", async () => {
    expect(await replacing("RandomId", { byteLength: 4 }, { byteLength: 5, prefix: "a" })).toEqual(["byteLength", "prefix"]);
    expect(await replacing("RandomString", { length: 4, keepers: { a: "1" } }, { length: 4, keepers: { a: "2" } })).toEqual(["keepers"]);
  });
  test("a default that is written out, and keepers that keep nothing, change nothing", async () => {
    expect(await replacing("RandomString", { length: 4 }, { length: 4, upper: true, keepers: { a: null } })).toEqual([]);
  });
  test("what is not known yet may be another", async () => {
    expect(await replacing("RandomString", { length: 4, keepers: { a: "1" } }, { length: 4, keepers: { a: UNKNOWN } })).toEqual([
      "keepers",
    ]);
  });
});

describe("refusals", () => {
  test("inputs that make no sense", async () => {
    expect(await problems("RandomId", {})).toEqual(["byteLength is required"]);
    expect(await problems("RandomId", { byteLength: 0, bits: 4 })).toEqual([
      "bits there is no such property; there are byteLength, prefix, keepers",
      "byteLength must be at least 1, got 0",
    ]);
    expect(await problems("RandomId", { byteLength: "4", keepers: ["a"] })).toEqual([
      "byteLength must be a whole number, got text",
      "keepers must be an object with texts, got a list",
    ]);
    expect(await problems("RandomString", { length: 3, minLower: 2, minUpper: 2 })).toEqual([
      "length must be at least 4, the sum of minUpper, minLower, minNumeric and minSpecial, got 3",
    ]);
    expect(await problems("RandomPassword", { length: 3, lower: false, upper: false, numeric: false, special: false })).toEqual([
      "upper at least one of upper, lower, numeric and special must be true",
    ]);
    expect(await problems("RandomInteger", { min: 2, max: 1, seed: "x" })).toEqual([
      "seed the offline engine cannot draw what the official provider draws from a seed; leave it out",
      "min must not be greater than max (1), got 2",
    ]);
    expect(await problems("RandomString", { length: UNKNOWN })).toEqual([]);
  });
  test("types and functions that are not there", async () => {
    await expect(
      provider.check({ ...operation("RandomDice"), oldInputs: {}, newInputs: {}, randomSeed: Buffer.alloc(32) }),
    ).rejects.toThrow(
      "the offline engine has no random:index/randomDice:RandomDice; of the package random it has RandomBytes, RandomId, RandomInteger, " +
        "RandomPassword, RandomPet, RandomShuffle, RandomString, RandomUuid, RandomUuid4, RandomUuid7",
    );
  });
});
