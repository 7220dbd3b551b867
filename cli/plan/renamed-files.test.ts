import { differences } from "./differences";
import { interruptionsIn } from "./down";
import { securityChanges } from "./security";
import { document, madePlan, onMachine } from "./testing/made-plan";
import { textLines } from "./text";
import { whose } from "./whose";

const site = (domain: string, ...more: string[]): string[] => [
  "server {",
  "  listen 443 ssl;",
  `  server_name ${domain};`,
  `  ssl_certificate /etc/certificates/${domain}/fullchain.pem;`,
  "  location /a/ {",
  "    allow 203.0.113.0/24;",
  "    deny all;",
  "  }",
  "  location /b/ {",
  "    allow 203.0.113.0/24;",
  "    deny all;",
  "  }",
  ...more,
  "}",
];
const filesOf = (domain: string, ...more: string[]) =>
  document({
    files: {
      [`/etc/nginx/names/${domain}.map`]: { mode: "0644", text: [`${domain} ${domain};`] },
      [`/etc/nginx/sites/${domain}.conf`]: { mode: "0644", text: site(domain, ...more) },
    },
    after: ["reload nginx"],
  });
const changed = (before: ReturnType<typeof document>, inputs: ReturnType<typeof document>, op: "update" | "delete" = "update") => {
  const plan = madePlan([onMachine("files", "site-files", op === "delete" ? { op, inputs } : { op, before, inputs })]);
  const differencesOf = (one: (typeof plan.resources)[number]) =>
    one.op === "delete" ? differences(one.inputs, undefined) : differences(one.before, one.inputs);
  return {
    ...differences(before, inputs),
    security: securityChanges(plan.resources, whose(plan), differencesOf).map(({ opens, what }) => `${opens ? "OPENS " : ""}${what}`),
    down: interruptionsIn(plan, whose(plan), differencesOf, []).map(({ because }) => because),
  };
};

describe("a site with another domain", () => {
  const found = changed(filesOf("a.example.com"), filesOf("b.example.com"));

  it("is the same file under another name, by the lines that differ", () => {
    expect(found.properties).toEqual([]);
    expect(found.files.map(({ path, was, op }) => [path, was, op])).toEqual([
      ["/etc/nginx/names/b.example.com.map", "/etc/nginx/names/a.example.com.map", "update"],
      ["/etc/nginx/sites/b.example.com.conf", "/etc/nginx/sites/a.example.com.conf", "update"],
    ]);
    expect(found.files.flatMap(textLines).filter((line) => !line.startsWith(" "))).toEqual([
      "/etc/nginx/names/b.example.com.map (was /etc/nginx/names/a.example.com.map)",
      "@@ -1 +1 @@",
      "-a.example.com a.example.com;",
      "+b.example.com b.example.com;",
      "/etc/nginx/sites/b.example.com.conf (was /etc/nginx/sites/a.example.com.conf)",
      "@@ -1 +1 @@",
      "-  server_name a.example.com;",
      "-  ssl_certificate /etc/certificates/a.example.com/fullchain.pem;",
      "+  server_name b.example.com;",
      "+  ssl_certificate /etc/certificates/b.example.com/fullchain.pem;",
    ]);
  });

  it("opens nothing, serves its former name no more, and nginx reads the file that is there now", () => {
    expect(found.security).toEqual([
      "/etc/nginx/sites/b.example.com.conf: `ssl_certificate /etc/certificates/a.example.com/fullchain.pem;` becomes `ssl_certificate /etc/certificates/b.example.com/fullchain.pem;`",
    ]);
    expect(found.down).toEqual([[], ["/etc/nginx/names/b.example.com.map", "/etc/nginx/sites/b.example.com.conf"]]);
  });
});

it("files that have little in common are two", () => {
  const files = (...names: string[]) =>
    document({ files: Object.fromEntries(names.map((name) => [`/srv/${name}.conf`, { text: [name, `of ${name}`] }])) });
  const found = differences(files("a", "b"), files("c", "d"));
  expect(found.files.map(({ path, op }) => [path, op])).toEqual([
    ["/srv/a.conf", "delete"],
    ["/srv/b.conf", "delete"],
    ["/srv/c.conf", "create"],
    ["/srv/d.conf", "create"],
  ]);
});

it("another version of TLS may be a weaker one, and a line that is lost in one place is told though it stands in another", () => {
  const before = filesOf("a.example.com", "  ssl_protocols TLSv1.3;");
  expect(changed(before, filesOf("a.example.com", "  ssl_protocols TLSv1.1 TLSv1.3;")).security).toEqual([
    "OPENS /etc/nginx/sites/a.example.com.conf: `ssl_protocols TLSv1.3;` becomes `ssl_protocols TLSv1.1 TLSv1.3;`",
  ]);
  const moved = JSON.parse(before["stdin"] as string) as { files: Record<string, { text: string[] }> };
  const text = moved.files["/etc/nginx/sites/a.example.com.conf"]?.text ?? [];
  text.splice(text.indexOf("    deny all;"), 1);
  text.splice(-1, 0, "  deny all;");
  expect(changed(before, document(moved)).security).toEqual([
    "OPENS /etc/nginx/sites/a.example.com.conf: no longer `deny all;`",
    "/etc/nginx/sites/a.example.com.conf: now `deny all;`",
  ]);
});

it("what goes opens nothing by its settings", () => {
  expect(changed(document({}), document({ readOnly: true, release: {} }), "delete").security).toEqual([]);
});

it("a document that only an update will know is one property, not the loss of all that it held", () => {
  const { properties, files } = differences(document({ pids: 256, files: { "/a": { text: ["a"] } } }), { stdin: "(not known yet)" });
  expect([properties, files]).toEqual([
    [{ path: "stdin", before: "(a document)", after: "(not known yet)", secret: false, unknown: true }],
    [],
  ]);
});
