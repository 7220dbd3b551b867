import { Region } from "@pulumi/aws/types/enums";
import { REGIONS } from "./regions";

/** Of China, of governments, and of Europe's sovereign cloud: partitions of their own. */
const ELSEWHERE = /^cn-|-gov-|-iso[a-z]*-|^eusc-/;

it("are those that the provider takes, in the public cloud", () => {
  const known: readonly string[] = Object.values(Region);
  expect([...REGIONS]).toEqual(known.filter((region) => !ELSEWHERE.test(region)).sort());
});
