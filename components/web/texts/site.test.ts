import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nameText, siteText } from "./site";
import type { SiteText } from "./site";

const golden = (name: string) => readFileSync(join(__dirname, "../golden", name), "utf8");
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

const SITE: SiteText = {
  domain: "staging.example.com",
  fullchain: "/etc/flowfleet/certificates/staging.example.com/fullchain.pem",
  privateKey: "/etc/flowfleet/certificates/staging.example.com/privkey.pem",
  maxBody: "50 MB",
  compression: { level: 6, minimum: "1 KB" },
  hsts: { maxAge: "730 days", includeSubDomains: false },
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

it("sets the security headers again wherever a header is added", () => {
  const lines = siteText(SITE);
  const blocks = lines
    .join("\n")
    .split(/^ {2}location /m)
    .slice(1);
  const adding = blocks.filter((block) => block.includes("add_header"));
  expect(adding).toHaveLength(1);
  for (const block of adding) {
    expect(block).toContain('add_header Strict-Transport-Security "max-age=63072000" always;');
    expect(block).toContain("include /etc/nginx/flowfleet/headers.conf;");
  }
});

it("the name for the server on port 80", () => {
  expect(nameText("staging.example.com")).toEqual(["staging.example.com staging.example.com;"]);
});
