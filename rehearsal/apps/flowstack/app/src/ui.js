// The core's UI: one page for every route, and what it loads.
const http = require("node:http");
const { log, serve } = require("./program");

const VERSION = process.env.VERSION;
const PAGE = `<!doctype html><title>FlowStack ${VERSION}</title><div id="root"></div><script src="/assets/app.js"></script>\n`;
const ASSETS = { "/assets/app.js": `document.querySelector("#root").textContent = "FlowStack ${VERSION}";\n` };

const server = http.createServer(({ url }, response) => {
  const { pathname } = new URL(url, "http://ui");
  log("ui", "asked", { path: pathname });
  if (!pathname.startsWith("/assets/")) return response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
  const asset = ASSETS[pathname];
  if (asset === undefined) return response.writeHead(404).end();
  return response.writeHead(200, { "content-type": "text/javascript" }).end(asset);
});

serve("ui", server, 8080, "127.0.0.1");
