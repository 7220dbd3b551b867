import { isDefaultProvider, makeUrn, packageOf, parseUrn, splitProviderRef } from "./urn";

describe("URNs", () => {
  const stack = makeUrn("dev", "app", undefined, "pulumi:pulumi:Stack", "app-dev");
  const outer = makeUrn("dev", "app", stack, "app:x:Outer", "o");

  test("spell the types of the parents, but not the stack's", () => {
    expect(outer).toBe("urn:pulumi:dev::app::app:x:Outer::o");
    expect(makeUrn("dev", "app", outer, "random:index/randomId:RandomId", "id")).toBe(
      "urn:pulumi:dev::app::app:x:Outer$random:index/randomId:RandomId::id",
    );
  });
  test("are taken apart, with colons in the name", () => {
    expect(parseUrn("urn:pulumi:dev::app::a:b:C$d:e:F::x::y")).toEqual({
      stack: "dev",
      project: "app",
      qualifiedType: "a:b:C$d:e:F",
      type: "d:e:F",
      name: "x::y",
    });
  });
  test("name the package", () => {
    expect(packageOf("random:index/randomId:RandomId")).toBe("random");
    expect(packageOf("pulumi:providers:command")).toBe("command");
  });
  test("of default providers are recognised", () => {
    expect(isDefaultProvider("urn:pulumi:d::p::pulumi:providers:random::default_4_21_2")).toBe(true);
    expect(isDefaultProvider("urn:pulumi:d::p::pulumi:providers:pulumi::default")).toBe(true);
    expect(isDefaultProvider("urn:pulumi:d::p::pulumi:providers:random::defaults")).toBe(false);
    expect(isDefaultProvider("urn:pulumi:d::p::random:index:X::default")).toBe(false);
  });
  test("are in provider references before the id", () => {
    expect(splitProviderRef("urn:pulumi:d::p::pulumi:providers:random::rp::1234")).toEqual({
      urn: "urn:pulumi:d::p::pulumi:providers:random::rp",
      id: "1234",
    });
  });
});
