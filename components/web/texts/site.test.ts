import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nameText, siteText } from "./site";
import type { SiteText } from "./site";

const golden = (name: string) => readFileSync(join(__dirname, "../golden", name), "utf8");
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

const COMMON = {
  maxBody: "50 MB",
  compression: { level: 6, minimum: "1 KB" },
  hsts: { maxAge: "730 days", includeSubDomains: false },
} as const;

const SITE: SiteText = {
  ...COMMON,
  domain: "staging.example.com",
  fullchain: "/etc/flowfleet/certificates/staging.example.com/fullchain.pem",
  privateKey: "/etc/flowfleet/certificates/staging.example.com/privkey.pem",
  locations: [
    {
      path: "/",
      upstream: "flowmaster-staging-frontend",
      timeout: "60 seconds",
      streaming: false,
      assets: { path: "/assets/", root: "/var/lib/flowfleet/assets/flowmaster-staging-frontend" },
    },
    { path: "/api/", upstream: "flowmaster-staging-backend", timeout: "3600 seconds", streaming: true },
    { path: "/ws/", upstream: "flowmaster-staging-backend", timeout: "24 hours", streaming: false },
  ],
};

it("a site with an API, WebSockets and assets of older releases", () => {
  expect(text(siteText(SITE))).toBe(golden("site.conf"));
});

it("a site that is only proxied", () => {
  const plain: SiteText = {
    ...SITE,
    maxBody: "512 KB",
    compression: "off",
    hsts: { maxAge: "1 hour", includeSubDomains: true },
    locations: [{ path: "/", upstream: "shop", timeout: "60 seconds", streaming: false, assets: null }],
  };
  expect(text(siteText(plain))).toBe(golden("site-plain.conf"));
});

const API: SiteText = {
  ...SITE,
  domain: "api.flowra-test.example.com",
  cors: { origins: ["https://app.example.com", "http://localhost:3000"], headers: ["authorization", "content-type"] },
  hidden: ["/metrics", "/debug/pprof", "/v1.0"],
  locations: [
    { path: "/", upstream: "api", timeout: "60 seconds", streaming: false, rateLimit: { perSecond: 20, burst: 40 } },
    { path: "= /api/v1/ws", upstream: "api", timeout: "90 seconds", streaming: false, rateLimit: { perSecond: 1, burst: 0 } },
    { path: "/admin/", upstream: "api", timeout: "60 seconds", streaming: false, allowFrom: ["203.0.113.0/24", "2001:db8::/32"] },
    { path: "/nobody/", upstream: "api", timeout: "60 seconds", streaming: false, allowFrom: [] },
  ],
};

it("a site with limits, listed origins and closed paths", () => {
  expect(text(siteText(API))).toBe(golden("site-api.conf"));
});

/** As CoreFlow's. */
const FILES: SiteText = {
  ...SITE,
  domain: "example.com",
  aliases: ["www.example.com"],
  compression: { level: 5, minimum: "1 KB" },
  headers: { "X-Frame-Options": "DENY", "X-XSS-Protection": "1; mode=block" },
  clientAddress: { from: ["203.0.113.0/24", "2001:db8::/32"], header: "CF-Connecting-IP" },
  errorPage: "/etc/nginx/flowfleet/sites/example.com.unavailable.html",
  logFormat: "main",
  locations: [
    {
      path: "/",
      root: "/opt/coreflow/apps/coreflow-astro/dist",
      index: "index.html",
      fallback: "/index.html",
      immutable: ["/_astro/", ".css", ".js"],
      precompressed: true,
      olderFiles: "/var/lib/flowfleet/assets/coreflow-astro",
    },
    {
      path: "/api/",
      upstream: "coreflow-api-gateway",
      timeout: "60 seconds",
      streaming: false,
      rateLimit: { zone: "api", perSecond: 10, burst: 20 },
    },
    {
      path: "= /api/auth/login",
      upstream: "coreflow-api-gateway",
      timeout: "60 seconds",
      streaming: false,
      rateLimit: { zone: "login", perSecond: 1, burst: 5 },
    },
    {
      path: "= /api/auth/register",
      upstream: "coreflow-api-gateway",
      timeout: "60 seconds",
      streaming: false,
      rateLimit: { zone: "login", perSecond: 1, burst: 5 },
    },
    {
      path: "/pgadmin/",
      upstream: "coreflow-pgadmin",
      timeout: "5 minutes",
      streaming: false,
      prefixHeader: "X-Script-Name",
      allowFrom: ["192.168.1.0/24", "10.0.0.0/8"],
      headers: { "X-Frame-Options": "SAMEORIGIN", "X-Robots-Tag": "noindex" },
    },
  ],
};

it("a site of files with names of their own, behind a CDN, with named zones and an application below a path", () => {
  expect(text(siteText(FILES))).toBe(golden("site-files.conf"));
});

it("a site of files that all change, and nothing else", () => {
  const location = { path: "/", root: "/srv/page", index: "home.html", immutable: [], precompressed: false };
  const lines = siteText({ ...SITE, locations: [location] });
  expect(lines.slice(lines.indexOf("  location / {"))).toEqual([
    "  location / {",
    "    root /srv/page;",
    "    index home.html;",
    "    try_files $uri $uri/ =404;",
    '    add_header Strict-Transport-Security "max-age=63072000" always;',
    "    include /etc/nginx/flowfleet/headers.conf;",
    "    add_header Cache-Control no-cache always;",
    "  }",
    "}",
  ]);
});

it("a site on a port of the machine, behind a tunnel", () => {
  const local: SiteText = {
    ...COMMON,
    domain: "shop.dev.example.com",
    listen: { address: "127.0.0.1", port: 8080 },
    clientAddress: { from: ["127.0.0.1"], header: "CF-Connecting-IP" },
    errorPage: "/home/shop/executor/workspace/502.html",
    locations: [
      { path: "/", upstream: "frontend-dev", timeout: "24 hours", streaming: false },
      { path: "/api/", upstream: "backend-dev", timeout: "60 seconds", streaming: false },
    ],
  };
  expect(text(siteText(local))).toBe(golden("site-local.conf"));
});

it("guards paths against other spellings only where some are closed", () => {
  const guarded = (site: Partial<SiteText>) => siteText({ ...SITE, ...site }).includes("  if ($flowfleet_ambiguous) {");
  expect(guarded({})).toBe(false);
  expect(guarded({ hidden: ["/metrics"] })).toBe(true);
  expect(guarded({ locations: [{ path: "/", upstream: "shop", timeout: "60 seconds", streaming: false, allowFrom: [] }] })).toBe(true);
});

it("names the variables of two domains apart, however alike", () => {
  const names = ["a-b.c.com", "a.b.c.com", "a--b.c.com", "methods.a.com", "a.com"].flatMap((domain) =>
    siteText({ ...API, domain }).flatMap((line) => /^map .* (\$\w+) \{$/.exec(line)?.[1] ?? []),
  );
  expect(names).toHaveLength(20);
  expect(new Set(names).size).toBe(20);
});

it("serves the assets of a service at one place, whatever else leads to it", () => {
  const lines = siteText({ ...SITE, locations: SITE.locations.slice(0, 1).flatMap((one) => [one, { ...one, path: "= /status" }]) });
  expect(lines.filter((line) => line.includes("location /assets/"))).toHaveLength(1);
  expect(lines.filter((line) => line.includes("location @"))).toHaveLength(1);
  expect(lines).toContain("  location = /status {");
});

it.each([
  [SITE, 1],
  [{ ...API, locations: [...API.locations, ...SITE.locations.slice(0, 1).map((one) => ({ ...one, path: "/app/" }))] }, 1],
  [{ ...FILES, locations: FILES.locations.slice(0, 4) }, 4],
] as const)("sets all of the server's headers again wherever a header is added", (site, blocks) => {
  const [server = "", ...locations] = siteText(site)
    .join("\n")
    .split(/^ {2}location /m);
  const added = server.split("\n").filter((line) => /add_header|headers\.conf/.test(line));
  const adding = locations.filter((block) => block.includes("add_header"));
  expect(added.length).toBeGreaterThan(1);
  expect(adding).toHaveLength(blocks);
  for (const block of adding) for (const line of added) expect(block).toContain(line);
});

it("the names for the server on port 80", () => {
  expect(nameText("staging.example.com")).toEqual(["staging.example.com staging.example.com;"]);
  expect(nameText("example.com", ["www.example.com"])).toEqual(["example.com example.com;", "www.example.com www.example.com;"]);
});
