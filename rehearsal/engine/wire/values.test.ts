import {
  equal,
  hideSecrets,
  isSecret,
  lowerOutputs,
  markLike,
  maskSecrets,
  outputDependencies,
  revealSecrets,
  secret,
  SIG,
  UNKNOWN,
} from "./values";

const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

describe("secrets in values", () => {
  const value = { open: 1, list: ["a", secret("b")], deep: { inner: secret({ again: secret("c") }) } };

  test("are taken off at every depth", () => {
    expect(revealSecrets(value)).toEqual({ open: 1, list: ["a", "b"], deep: { inner: { again: "c" } } });
  });
  test("are masked as a whole", () => {
    expect(maskSecrets(value)).toEqual({ open: 1, list: ["a", "[secret]"], deep: { inner: "[secret]" } });
  });
  test("stay marked in events, without what they are", () => {
    const hidden = hideSecrets(value);
    expect(isSecret((hidden.list as unknown[])[1] as never)).toBe(true);
    expect(JSON.stringify(hidden)).not.toMatch(/"b"|"c"/);
  });
  test("are not marked twice", () => {
    expect(secret(secret("x"))).toEqual(secret("x"));
  });
});

describe("marking outputs like inputs", () => {
  test("marks the same places only, inside lists and maps, too", () => {
    const like = { environment: { A: "a", B: secret("b") }, triggers: ["x", secret("y")], whole: secret({ k: 1 }) };
    const values = { environment: { A: "a", B: "b" }, triggers: ["x", "y"], whole: { k: 1 }, stdout: "b" };
    expect(markLike(values, like)).toEqual({
      environment: { A: "a", B: secret("b") },
      triggers: ["x", secret("y")],
      whole: secret({ k: 1 }),
      stdout: "b",
    });
  });
});

describe("equality", () => {
  test.each([
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
    [{ a: null }, {}, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    ["1", 1, false],
  ])("%j and %j: %s", (a, b, same) => {
    expect(equal(a, b)).toBe(same);
  });
});

describe("output values", () => {
  const output = { [SIG]: OUTPUT, value: "v", secret: true, dependencies: ["urn:a"] };
  test("become secrets, unknowns or plain values", () => {
    expect(lowerOutputs({ known: output, unknown: { [SIG]: OUTPUT } })).toEqual({ known: secret("v"), unknown: UNKNOWN });
  });
  test("tell what they depend on", () => {
    expect(outputDependencies({ list: [output, { deep: { ...output, dependencies: ["urn:b"] } }] })).toEqual(["urn:a", "urn:b"]);
  });
});
