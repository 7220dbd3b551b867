import { step, type Step } from "../plan/step";
import { resource, urnOf } from "../testing/resource";
import { runDeletes } from "./delete-all";
import type { ChainResult } from "./executor";

const a = resource("a");
const b = resource("b", { dependencies: [a.urn] });
const c = resource("c", { dependencies: [a.urn] });
const d = resource("d", { parent: b.urn });
const other = resource("other");
const deletes = (...resources: (typeof a)[]): Step[] => resources.map((r) => step("delete", r, undefined));

async function run(steps: Step[], failing: string[] = []): Promise<string[]> {
  const log: string[] = [];
  await runDeletes(steps, async ([one]): Promise<ChainResult> => {
    const name = one?.urn.split("::").pop() ?? "";
    log.push(`start ${name}`);
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`end ${name}`);
    return failing.includes(name) ? "failed" : "done";
  });
  return log;
}

test("each goes after all that needs it, and what is independent at once", async () => {
  const log = await run(deletes(a, b, c, d, other));
  expect(log.slice(0, 3).sort()).toEqual(["start c", "start d", "start other"]);
  expect(log.indexOf("start b")).toBeGreaterThan(log.indexOf("end d"));
  expect(log.indexOf("start a")).toBeGreaterThan(Math.max(log.indexOf("end b"), log.indexOf("end c")));
});
test("what a failed one needs stays, the rest goes", async () => {
  expect((await run(deletes(a, b, c, d, other), ["d"])).filter((line) => line.startsWith("start")).sort()).toEqual([
    "start c",
    "start d",
    "start other",
  ]);
});
test("several of one URN are independent of each other", async () => {
  const twice = [resource("a", { id: "a#1", delete: true }), resource("a", { id: "a#2", delete: true })];
  expect(await run(twice.map((r) => step("delete-replaced", r, undefined)))).toHaveLength(4);
  expect(twice[0]?.urn).toBe(urnOf("a"));
});
