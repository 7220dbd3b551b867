import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { z } from "zod";
import type { PlanReport } from "../plan/report";
import { everyPart, largeReport, planReport } from "../plan/html/testing/reports";
import { readReport } from "./read-report";
import type { planReport as schema } from "./report-schema";

const folder = mkdtempSync(join(tmpdir(), "flowfleet-report-"));
const file = join(folder, "plan.json");
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const read = (content: unknown): unknown => {
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return readReport(file);
};

test("what a plan writes is read as it is", () => {
  const all = planReport(everyPart("thing"));
  expect(read(all)).toEqual(all);
  const large = largeReport(200);
  expect(read(large)).toEqual(large);
});

test("fields of a later Flowfleet of the same version do no harm", () => {
  expect(read({ ...planReport(everyPart("thing")), extra: true })).toEqual(planReport(everyPart("thing")));
});

const one = everyPart("thing");
test("every field of a report is known: what is not would be dropped", () => {
  type All<T> = T extends readonly (infer E)[] ? All<E>[] : T extends object ? { [K in keyof T]-?: All<T[K]> } : T;
  // The compiler checks it: a field that the schema lacks is missing in what it gives.
  const whole = (read: All<z.output<typeof schema>>): All<PlanReport> => read;
  expect(whole).toBeInstanceOf(Function);
});

test.each([
  ["{", "is no JSON"],
  [[], "is no plan"],
  [{ version: 2, stacks: [] }, "is of version 2; this Flowfleet reads version 1"],
  [planReport({ ...one, counts: { ...one.counts, same: "<img src=x>" as never } }), "stacks.0.counts.same: Invalid input"],
  [planReport({ ...one, stack: "a`b" }), "stacks.0.stack: Invalid string"],
  [
    planReport({ ...one, resources: one.resources.map((each) => ({ ...each, op: '"><b>' as never })) }),
    "stacks.0.resources.0.op: Invalid option",
  ],
])("is refused with what to do: %#", (content, message) => {
  expect(() => read(content)).toThrow(`--report ${file}: `);
  expect(() => read(content)).toThrow(message);
  expect(() => read(content)).toThrow(`Make it with: flowfleet plan --format json --out ${file}`);
});

test("a file that is not there", () => {
  expect(() => readReport(join(folder, "gone.json"))).toThrow("there is no such file");
});
