/** The page in a real Chromium that has no network at all. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { reportHtml } from "./page";
import { startChromium } from "./testing/chromium";
import { everyPart, HOSTILE, largeReport, planReport } from "./testing/reports";

let folder: string;
let browser: Browser;
let stop: () => Promise<void>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "flowfleet-page-"));
  writeFileSync(join(folder, "large.html"), reportHtml(largeReport(500)));
  writeFileSync(join(folder, "hostile.html"), reportHtml(planReport(everyPart(HOSTILE))));
  ({ browser, stop } = await startChromium(folder));
}, 900_000);
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a page; whatever it complains about or asks for is in `seen`. */
async function open(file: string, options: Parameters<Browser["newPage"]>[0] = {}): Promise<{ page: Page; seen: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  const seen: string[] = [];
  page.on("console", (message) => seen.push(message.text()));
  page.on("pageerror", (error) => seen.push(error.message));
  page.on("request", (request) => seen.push(request.url()));
  await page.goto(`file:///page/${file}`);
  return { page, seen };
}

const evaluated = <T>(page: Page, expression: string): Promise<T> => page.evaluate<T>(expression);

describe.each([
  ["light", 1280],
  ["light", 400],
  ["dark", 1280],
  ["dark", 400],
] as const)("500 resources, %s, %d px", (colorScheme, width) => {
  test("loads itself only, without a complaint, no wider than the window, in its colours", async () => {
    const { page, seen } = await open("large.html", { colorScheme, viewport: { width, height: 900 } });
    expect(seen).toEqual(["file:///page/large.html"]);
    expect(await evaluated(page, "document.documentElement.scrollWidth")).toBe(width);
    expect(await evaluated(page, "getComputedStyle(document.body).backgroundColor")).toBe(
      colorScheme === "dark" ? "rgb(13, 17, 23)" : "rgb(255, 255, 255)",
    );
    // The graph is drawn: something on its canvas is not transparent.
    const drawn = `[...document.querySelectorAll(".canvas canvas")].some((canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte !== 0))`;
    await page.waitForFunction(drawn);
    await page.close();
  }, 120_000);
});

test("names that mean harm are shown and do nothing", async () => {
  const { page, seen } = await open("hostile.html");
  expect(seen).toEqual(["file:///page/hostile.html"]);
  expect(await evaluated(page, "[window.hacked, document.querySelectorAll('img').length]")).toEqual([undefined, 0]);
  expect(await page.locator("h2").textContent()).toContain(HOSTILE);
  await page.locator("details.change summary").first().click();
  expect(await page.locator("details.change figcaption").first().textContent()).toContain(HOSTILE);
  await page.close();
}, 120_000);

test("search shows what fits, in the changes and in the tree, and kinds of change can be left out", async () => {
  const { page } = await open("large.html");
  const shown = (): Promise<number> => page.locator("details.change:visible").count();
  const all = await shown();
  await page.keyboard.press("/");
  await page.keyboard.type("flowra-database");
  await page.waitForFunction("document.getElementById('found').textContent !== ''");
  expect(await shown()).toBeGreaterThan(0);
  expect(await shown()).toBeLessThan(5);
  expect(await page.locator(".tree li:visible").filter({ hasText: "flowra-database" }).count()).toBeGreaterThan(3);
  expect(
    await page
      .locator(".tree li:visible")
      .filter({ hasText: "coreflow", hasNot: page.locator("li") })
      .count(),
  ).toBe(0);
  await page.keyboard.press("Escape");
  expect(await shown()).toBe(all);
  await page.getByLabel("delete").uncheck();
  expect(await page.locator("details.change.op-delete:visible").count()).toBe(0);
  expect(await shown()).toBe(all - (await page.locator("details.change.op-delete").count()));
  await page.close();
}, 120_000);

test("by keyboard: from change to change, open, and through the graph", async () => {
  const { page } = await open("large.html");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  expect(await page.locator("details.change").first().getAttribute("open")).toBe("");

  await page.locator(".canvas").focus();
  await page.keyboard.press("ArrowRight");
  const selected = page.locator(".selected b");
  const group = await selected.textContent();
  await page.keyboard.press("Enter");
  expect(await page.locator(".said").textContent()).not.toContain("5 of 501");
  await page.keyboard.press("ArrowDown");
  expect(await selected.textContent()).not.toBe(group);
  await page.keyboard.press("Escape");
  expect(await selected.count()).toBe(0);
  await page.close();
}, 120_000);

test("what is searched for is where the keyboard begins in the graph", async () => {
  const { page } = await open("large.html");
  await page.getByRole("button", { name: "Everything" }).click();
  await page.locator("#search").fill("flowra-queue-release");
  await page.waitForTimeout(500);
  await page.locator(".canvas").focus();
  await page.keyboard.press("ArrowRight");
  expect(await page.locator(".selected b").textContent()).toBe("flowra-queue-release");
  await page.close();
}, 120_000);

test("everything can be opened at once, and a resource in the tree leads to its change", async () => {
  const { page } = await open("large.html");
  await page.getByRole("button", { name: "Everything" }).click();
  expect(await page.locator(".said").textContent()).toContain("501 of 501 resources and groups shown");
  const link = page.locator(".tree a").first();
  const target = (await link.getAttribute("href")) ?? "";
  await link.click();
  expect(await page.locator(target).getAttribute("open")).toBe("");
  await page.close();
}, 120_000);

test("without scripts everything but graph and search is there", async () => {
  const { page } = await open("large.html", { javaScriptEnabled: false });
  expect(await page.locator("details.change").count()).toBeGreaterThan(100);
  expect(await page.locator("#filters").isVisible()).toBe(false);
  await page.locator("details.change:has(.file) summary").first().click();
  expect(await page.locator("table.diff:visible").count()).toBe(1);
  await page.close();
}, 120_000);
