import { formerUrns } from "./aliases";
import type { AliasSpec } from "../plan/goal";

const former = (name: string, aliases: AliasSpec[], parent?: string, parentFormer: string[] = []): string[] =>
  formerUrns({ type: "t:i:T", name, aliases, ...(parent && { parent }) }, `urn:pulumi:dev::app::t:i:T::${name}`, parentFormer);

describe("former URNs", () => {
  test("by name, type, stack, project and whole URN", () => {
    expect(former("n", [{ name: "old" }, { type: "t:i:Old" }, { stack: "s", project: "p" }, { urn: "urn:x" }])).toEqual([
      "urn:pulumi:dev::app::t:i:T::old",
      "urn:pulumi:dev::app::t:i:Old::n",
      "urn:pulumi:s::p::t:i:T::n",
      "urn:x",
    ]);
  });
  test("by another parent, or none", () => {
    const parent = "urn:pulumi:dev::app::g:i:G::g";
    expect(former("n", [{ noParent: true }, { parent: "urn:pulumi:dev::app::h:i:H::h" }], parent)).toEqual(
      ["urn:pulumi:dev::app::t:i:T::n", "urn:pulumi:dev::app::h:i:H$t:i:T::n"].filter((urn) => urn !== "urn:pulumi:dev::app::t:i:T::n"),
    );
  });
  test("a child follows its parent's former names, also in its own", () => {
    const parent = "urn:pulumi:dev::app::g:i:G::after";
    expect(former("after-child", [], parent, ["urn:pulumi:dev::app::g:i:Old::before"])).toEqual([
      "urn:pulumi:dev::app::g:i:Old$t:i:T::before-child",
      "urn:pulumi:dev::app::g:i:Old$t:i:T::after-child",
    ]);
  });
  test("a child with an alias of its own under a renamed parent", () => {
    const parent = "urn:pulumi:dev::app::g:i:G::after";
    expect(former("x", [{ name: "y" }], parent, ["urn:pulumi:dev::app::g:i:Old::before"])).toContain(
      "urn:pulumi:dev::app::g:i:Old$t:i:T::y",
    );
  });
});
