import * as pulumi from "@pulumi/pulumi";
import { record } from "../host/recording";
import { password } from "./password";
import type { PasswordArgs } from "./password";

class Part extends pulumi.ComponentResource {
  constructor(args: PasswordArgs) {
    super("test:index:Part", "part");
    this.registerOutputs({ password: password("part-password", args, this) });
  }
}
const made = (args: PasswordArgs) => record(() => new Part(args));

it("is made with at least 256 bits, anew for a new rotation", async () => {
  const { resources, outputs } = await made({});
  expect(resources.find(({ name }) => name === "part-password")?.inputs).toEqual({
    length: 43,
    special: false,
    keepers: { rotation: "first" },
  });
  expect(outputs["part"]).toEqual({ password: "part-password-password" });
  const { resources: rotated } = await made({ rotation: "2026-11", form: "hex" });
  expect(rotated.find(({ name }) => name === "part-password")?.inputs).toEqual({
    length: 64,
    upper: false,
    lower: false,
    overrideSpecial: "abcdef",
    keepers: { rotation: "2026-11" },
  });
});

it("is the given one where one is given, and a secret all the same", async () => {
  let secret: boolean | undefined;
  const { resources, outputs } = await record(async () => {
    const parent = new Part({ value: "from the configuration" });
    secret = await pulumi.isSecret(password("other", { value: "plain" }, parent));
  });
  expect(resources.filter(({ type }) => type.startsWith("random:"))).toEqual([]);
  expect(outputs["part"]).toEqual({ password: "from the configuration" });
  expect(secret).toBe(true);
});
