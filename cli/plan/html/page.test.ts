import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { browserScript } from "./browser-script";
import { escape, json } from "./escape";
import { reportHtml } from "./page";
import { everyPart, HOSTILE, largeReport, planReport, stackReport } from "./testing/reports";

/** What is left when both scripts and the style are taken out. */
const markup = (html: string): string => html.replace(/<script[^>]*>[^]*?<\/script>|<style>[^]*?<\/style>/g, "");
const textOf = (html: string): string =>
  html.replace(/<[^>]*>/g, " ").replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

describe("text of somebody else's", () => {
  const html = reportHtml(planReport(everyPart(HOSTILE)));

  test("is text wherever it stands: no element and no attribute comes from it", () => {
    expect(markup(html)).not.toMatch(/<img|<script|<!--/);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script/g)).toHaveLength(2);
    // Each part of the report says it.
    expect(textOf(markup(html)).split(HOSTILE).length - 1).toBeGreaterThan(25);
  });

  test("comes out of the graph's data as it went in", () => {
    const [, data = ""] = /<script type="application\/json" id="graphs">([^]*?)<\/script>/.exec(html) ?? [];
    expect(data).not.toMatch(/[<>&\u2028]/);
    expect((JSON.parse(data) as Record<string, { name: string }[]>)["s0"]?.map(({ name }) => name)).toEqual([HOSTILE, HOSTILE]);
  });

  test.each([
    ["a < b & \"c\" 'd' > e", "a &#60; b &#38; &#34;c&#34; &#39;d&#39; &#62; e"],
    ["</script>", "&#60;/script&#62;"],
  ])("%s", (text, escaped) => {
    expect([escape(text), JSON.parse(json(text))]).toEqual([escaped, text]);
  });
});

test("the page may load nothing and run only its own script", () => {
  const html = reportHtml(largeReport(60));
  const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  const hash = createHash("sha256").update(browserScript()).digest("base64");
  expect(policy).toBe(
    `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`,
  );
  expect(markup(html)).not.toMatch(/\b(src|action|onclick|onerror|style)=|href="(?!#)/);
});

test("what a reader has to know first comes first", () => {
  const html = reportHtml(planReport(everyPart("thing")));
  const titles = [...html.matchAll(/<h3[^>]*>(.*?)<\/h3>|<details class="part \w+"><summary>(.*?) \(/g)].map(
    ([, one, other]) => one ?? other,
  );
  expect(titles).toEqual([
    "Data",
    "What goes down",
    "Security",
    "Policy violations",
    "Policy violations that are excused",
    "Outputs",
    "Cost",
    'Changes (<span class="shown">1</span>)',
    "Folded: changes that say nothing new",
    "Set and not used",
    "Notes",
    "Dependencies",
    "All resources (2)",
  ]);
  expect(html).toContain('<strong class="lost">DATA LOST</strong>');
});

test("parts that have nothing to say are not there", () => {
  const html = reportHtml(planReport(stackReport()));
  expect(html).toContain("nothing changes; 0 as they are");
  expect(html).not.toMatch(/<h3>(Data|Security|Cost)/);
});

test("several stacks have a list to go by, and ids of their own", () => {
  const html = reportHtml(planReport(everyPart("one"), everyPart("two")));
  expect(html).toContain('<a href="#s0">one</a> <a href="#s1">two</a>');
  const ids = [...markup(html).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("the same report is the same bytes in another process", () => {
  const program = `const { reportHtml } = require("./page.ts"); const { largeReport } = require("./testing/reports.ts"); process.stdout.write(reportHtml(largeReport(100)));`;
  const other = execFileSync(process.execPath, ["--require", "tsx/cjs", "-e", program], { cwd: __dirname, maxBuffer: 1e8 });
  expect(createHash("sha256").update(other).digest("hex")).toBe(
    createHash("sha256")
      .update(reportHtml(largeReport(100)))
      .digest("hex"),
  );
});

test("500 resources are about a megabyte", () => {
  expect(reportHtml(largeReport(500)).length).toBeLessThan(1_300_000);
});
