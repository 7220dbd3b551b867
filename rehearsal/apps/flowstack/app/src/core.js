// The core's API: who may log in, flows in PostgreSQL, files in a folder that outlives the container.
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { foldersOf } = require("./folders");
const { json, log, serve } = require("./program");
const { Store } = require("./store");

const store = new Store(foldersOf(process.env));

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

/** Begins before all of it is known, as the answer of a flow does. */
async function stream(response) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  for (const token of ["one", "two", "three"]) {
    response.write(`data: ${token}\n\n`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  response.end();
}

const OPEN = {
  "GET /api/v1/ping": (_, response) => response.writeHead(200, { "content-type": "text/plain" }).end("pong"),
  "GET /api/v1/version": (_, response) => json(response, 200, { version: process.env.VERSION }),
  "POST /api/v1/auth/login": async (request, response) => {
    const { email, password } = JSON.parse(await body(request));
    const token = await store.login(String(email), String(password));
    log("core", token === undefined ? "login refused" : "login", { email });
    return token === undefined ? json(response, 401, { error: "wrong user or password" }) : json(response, 200, { token });
  },
};

const CLOSED = {
  "GET /api/v1/chatflows": async (_, response) => json(response, 200, await store.flows()),
  "POST /api/v1/chatflows": async (request, response) => json(response, 201, await store.addFlow(JSON.parse(await body(request)).name)),
  "GET /api/v1/stream": (_, response) => stream(response),
  "GET /api/v1/files": (_, response) => json(response, 200, fs.readdirSync(store.files)),
  "POST /api/v1/files": async (request, response) => {
    const name = `${Date.now()}.txt`;
    fs.writeFileSync(path.join(store.files, name), await body(request));
    json(response, 201, { name });
  },
};

async function answer(request, response) {
  const route = `${request.method} ${new URL(request.url, "http://core").pathname}`;
  if (Object.hasOwn(OPEN, route)) return OPEN[route](request, response);
  if (!Object.hasOwn(CLOSED, route)) return json(response, 404, { error: "no such route" });
  if (!store.knows((request.headers.authorization ?? "").replace("Bearer ", ""))) return json(response, 401, { error: "not logged in" });
  return CLOSED[route](request, response);
}

const server = http.createServer((request, response) => {
  answer(request, response).catch(({ message }) => {
    log("core", "failed", { path: request.url, error: message });
    if (response.headersSent) response.destroy();
    else json(response, 500, { error: message });
  });
});

const wait = process.env.STAND_IN_STARTUP;
if (wait === "never") log("core", "this version is made never to answer");
setTimeout(
  () => {
    store.open().then(
      () => serve("core", server, 3001, "127.0.0.1"),
      ({ message }) => {
        log("core", "no database", { error: message });
        process.exitCode = 1;
      },
    );
  },
  wait === "never" ? 2 ** 31 - 1 : (Number(wait) || 0) * 1000,
);
