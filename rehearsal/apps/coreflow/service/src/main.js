// One of CoreFlow's services: what it says of itself and how it behaves is `release.json`, which service it is `service.json`.
const { writeFile } = require("node:fs/promises");
const http = require("node:http");
const { join } = require("node:path");
const { setTimeout: pause } = require("node:timers/promises");
const { WebSocketServer } = require("ws");
const { stores } = require("./stores");

const { version, startup } = require(join(__dirname, "..", "release.json"));
/** `fixedPort`: it cannot be told another. `prefix`: nginx hands it paths below this one. `page`: what it answers there. */
const { name, fixedPort, prefix = "", page } = require(join(__dirname, "..", "service.json"));

if (startup === "crash") throw new Error("this version was built to crash");

const data = stores(name);
let stopping = false;

/** Variables that say where another service is. */
const NEIGHBOUR = /^(\w+)_SERVICE_URL$|^(DASHBOARD)_URL$/;
const neighbours = Object.entries(process.env).flatMap(([key, url]) => {
  const [, service, dashboard] = NEIGHBOUR.exec(key) ?? [];
  const of = service ?? dashboard;
  return of ? [[of.toLowerCase(), url]] : [];
});

const about = () => ({ service: name, version, pid: process.pid });
const body = async (request) => {
  let text = "";
  for await (const part of request) text += part;
  return text;
};
const versionOf = async ([service, url]) => {
  const answer = await fetch(`${url}/version`);
  return [service, (await answer.json()).version];
};

const ROUTES = {
  "GET /health": () => ({ status: "healthy", ...about() }),
  "GET /version": about,
  // Names only.
  "GET /variables": () => Object.keys(process.env).sort(),
  "GET /items": () => data.counts(),
  "POST /items": async (request) => {
    await data.add(await body(request));
    return data.counts();
  },
  "POST /files": async (request, query) => {
    await writeFile(join(query.get("folder") ?? process.env.UPLOAD_DIR, "note.txt"), await body(request));
    return about();
  },
  "GET /slow": async (_, query) => {
    await pause(Number(query.get("seconds") ?? 1) * 1000);
    return about();
  },
  "GET /services": async () => Object.fromEntries(await Promise.all(neighbours.map(versionOf))),
  "POST /auth/login": () => ({ token: "none" }),
  "GET /client": (request) => ({ address: request.headers["x-real-ip"], forwarded: request.headers["x-forwarded-for"] }),
};

async function answer(request, response) {
  if (stopping) response.setHeader("connection", "close");
  const url = new URL(request.url, "http://localhost");
  const path = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : url.pathname;
  const say = (status, content, type = "application/json") => {
    response.writeHead(status, { "content-type": type, "x-version": version });
    response.end(type === "application/json" ? JSON.stringify(content) : content);
  };
  if (startup === "error") return say(500, { error: "this version was built to fail" });
  if (page && (path === "" || path === "/")) return say(200, page.replace("%VERSION%", version), "text/html");
  const route = ROUTES[`${request.method} ${path}`];
  if (!route) return say(404, { error: `no ${path}` });
  try {
    return say(200, await route(request, url.searchParams));
  } catch (error) {
    return say(500, { error: error.message });
  }
}

const server = http.createServer((request, response) => void answer(request, response));
const sockets = new WebSocketServer({ server });
sockets.on("connection", (socket) => socket.on("message", (text) => socket.send(text.toString())));

async function stop() {
  if (stopping) return;
  stopping = true;
  console.log("stopping");
  for (const socket of sockets.clients) socket.close(1001);
  // Connections that are kept alive end by themselves, after the last answer or five seconds of silence.
  await new Promise((done) => server.close(done));
  await data.end();
  process.exit(0);
}
process.on("SIGINT", () => void stop());
process.on("SIGTERM", () => void stop());

async function start() {
  if (startup === "never") return void setInterval(() => undefined, 60_000);
  if (Number(startup) > 0) await pause(Number(startup) * 1000);
  await data.connect();
  await new Promise((done) => server.listen(fixedPort ?? Number(process.env.PORT ?? 3000), done));
  console.log(`${name} ${version}: listening`);
  process.send?.("ready");
  if (startup !== "short") return;
  await pause(2_000);
  throw new Error("this version was built to end soon");
}
start().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
