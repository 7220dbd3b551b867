import * as pulumi from "@pulumi/pulumi";
import { problemsOf, refuse, sentence } from "./refuse";

it("does nothing when nothing is wrong", () => {
  expect(() => {
    refuse(undefined, "shop", []);
  }).not.toThrow();
});

it("says everything at once, in the words of the one who wrote it", () => {
  const found = () => {
    refuse(undefined, "shop", [
      { path: "domain", wrong: "must be a bare name", got: "https://shop" },
      { path: "port", wrong: "must be a port", got: 0, allowed: "1 to 65535", todo: "choose another" },
    ]);
  };
  expect(found).toThrow(
    'shop/domain: must be a bare name; got "https://shop"\nshop/port: must be a port; got 0; allowed: 1 to 65535; choose another',
  );
  expect(found).toThrow(pulumi.ResourceError);
});

it("shows no value where none is given", () => {
  expect(sentence("shop", { path: "password", wrong: "has no value" })).toBe("shop/password: has no value");
});

it("turns a refused value into a problem and lets other errors through", () => {
  expect(problemsOf("size", () => 1)).toEqual([]);
  expect(
    problemsOf("size", () => {
      throw new RangeError("must be small");
    }),
  ).toEqual([{ path: "size", wrong: "must be small" }]);
  expect(() =>
    problemsOf("size", () => {
      throw new TypeError("a fault of ours");
    }),
  ).toThrow("a fault of ours");
});
