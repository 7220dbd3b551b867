import { mapValues } from "./map-values";

it("changes the values and keeps the keys in their order", () => {
  const changed = mapValues({ b: 1, a: 2 }, (value, key) => `${key}${value}`);
  expect(changed).toEqual({ b: "b1", a: "a2" });
  expect(Object.keys(changed)).toEqual(["b", "a"]);
});
