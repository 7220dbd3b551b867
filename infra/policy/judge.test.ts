import { blocking, type Circumstances, judge, lowered } from "./judge";
import { levelIn, WHERE_IT_COUNTS } from "./rule";
import { UNKNOWN } from "./resource";
import { type Exception, NO_SETTINGS } from "./settings";
import { container, resource } from "./testing/case";

const EXCEPTION: Exception = { rule: "container-read-only", resource: "sh*", reason: "It writes", until: "2026-11-21" };
const writing = container({ readOnly: false });
const at = (today: string, { levels = {}, exceptions = [] }: Partial<Circumstances["settings"]> = {}, environment = "prod") =>
  judge([writing], { environment, today, settings: { levels, exceptions } });

it("says which rule is broken by which resource, and stops a deployment", () => {
  const found = at("2026-11-21");
  expect(found.violations).toEqual([
    { rule: "container-read-only", level: "mandatory", urn: writing.urn, wrong: "readOnly must be true; got false" },
  ]);
  expect(blocking(found)).toEqual(found.violations);
});

it("a type by an older name is what it is by the one that rules know", () => {
  const listener = resource("aws:alb/listener:Listener", { protocol: "TCP", tags: UNKNOWN });
  const bucket = resource("aws:s3/bucketV2:BucketV2", { tags: UNKNOWN });
  const { violations } = judge([listener, bucket], { environment: "prod", today: "2026-11-21", settings: NO_SETTINGS });
  expect(violations).toContainEqual({
    rule: "https-only",
    level: "mandatory",
    urn: listener.urn,
    wrong: 'protocol must be HTTPS or TLS; got "TCP"',
  });
  expect(violations.map(({ rule, urn }) => [rule, urn])).toContainEqual(["bucket-closed", bucket.urn]);
});

it("a level is the environment's, or the configuration's", () => {
  expect(at("2026-11-21", {}, "dev").violations).toMatchObject([{ level: "advisory" }]);
  expect(blocking(at("2026-11-21", {}, "dev"))).toEqual([]);
  expect(at("2026-11-21", {}, "local").violations).toEqual([]);
  expect(blocking(at("2026-11-21", { levels: { "container-read-only": "mandatory" } }, "dev"))).toHaveLength(1);
  expect(at("2026-11-21", { levels: { "container-read-only": "disabled" } }).violations).toEqual([]);
});

it("says which levels the configuration lowers, and not those that it raises or leaves", () => {
  const levels = {
    "image-pinned": "advisory",
    "data-protected": "disabled",
    "backup-drilled": "mandatory",
    "key-rotates": "mandatory",
  } as const;
  expect(lowered({ environment: "dev", settings: { levels, exceptions: [] } })).toEqual([
    "image-pinned is advisory here; by itself it is mandatory",
    "data-protected is disabled here; by itself it is advisory",
  ]);
});

it("in an environment that nobody thought of everything counts", () => {
  expect(levelIn(WHERE_IT_COUNTS, "prod-eu")).toBe("mandatory");
  expect(levelIn(undefined, "dev")).toBe("mandatory");
  expect(levelIn("advisory", "prod")).toBe("advisory");
});

it("an exception holds through its last day, and then the violation counts again", () => {
  const listed = at("2026-11-21", { exceptions: [EXCEPTION] });
  expect(listed.violations).toMatchObject([{ exception: EXCEPTION }]);
  expect([blocking(listed), listed.unused]).toEqual([[], []]);
  const later = at("2026-11-22", { exceptions: [EXCEPTION] });
  expect(blocking(later)).toMatchObject([{ rule: "container-read-only", expired: "2026-11-21" }]);
  expect(later.unused).toEqual([]);
});

it.each([
  ["another rule", { ...EXCEPTION, rule: "image-pinned" }],
  ["another resource", { ...EXCEPTION, resource: "sho" }],
  ["a resource whose name has a dot in place of a letter", { ...EXCEPTION, resource: "sh.p" }],
])("an exception of %s excuses nothing, and says so", (_, exception) => {
  const found = at("2026-11-21", { exceptions: [exception] });
  expect(blocking(found)).toHaveLength(1);
  expect(found.unused).toEqual([exception]);
});

it("a newer exception counts where an older one ended", () => {
  const newer = { ...EXCEPTION, until: "2027-11-30" };
  expect(at("2026-12-01", { exceptions: [EXCEPTION, newer] }).violations).toMatchObject([{ exception: newer }]);
});
