// What Astro does: pages, scripts whose names have a hash of what is in them, and compressed copies of both beside them.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { gzipSync } = require("node:zlib");

const { version } = JSON.parse(readFileSync("release.json", "utf8"));
const source = (name) => readFileSync(`src/${name}`, "utf8").replaceAll("%VERSION%", version);
const script = source("app.js");
const app = `app.${createHash("sha256").update(script).digest("hex").slice(0, 8)}.js`;

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/_astro", { recursive: true });
mkdirSync("dist/about", { recursive: true });
const files = {
  "index.html": source("index.html").replace("%APP%", app),
  "about/index.html": source("index.html").replace("%APP%", app).replace("CoreFlow</h1>", "About</h1>"),
  "favicon.svg": source("favicon.svg"),
  [`_astro/${app}`]: script,
};
for (const [path, text] of Object.entries(files)) {
  writeFileSync(`dist/${path}`, text);
  writeFileSync(`dist/${path}.gz`, gzipSync(text));
}
