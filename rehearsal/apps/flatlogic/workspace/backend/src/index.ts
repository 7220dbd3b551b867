import { readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import express from "express";
import { config } from "./config.js";
import { database, RefreshToken, User } from "./db/database.js";

const { version, startup } = JSON.parse(readFileSync(new URL("../../release.json", import.meta.url), "utf8")) as Record<string, string>;
if (startup === "crash") throw new Error("this version was built to crash");
if (Number(startup) > 0) await pause(Number(startup) * 1000);

const app = express();
app.use(express.json());
app.use((request, response, next) => {
  if (startup === "error") response.status(500).json({ error: "this version was built to fail" });
  else next();
});
const answered =
  (work: (request: express.Request) => Promise<unknown>): express.RequestHandler =>
  (request, response, next) => {
    work(request).then((body) => response.json(body), next);
  };

app.get("/api-docs/", (_, response) => {
  response.type("html").send("<title>API</title>");
});
app.get("/api/version", (_, response) => {
  response.json({ version, mode: config.mode, pid: process.pid });
});
/** Names only. */
app.get("/api/variables", (_, response) => {
  response.json(Object.keys(process.env).sort());
});
app.get(
  "/api/users",
  answered(() => User.findAll()),
);
app.get(
  "/api/tokens",
  answered(() => RefreshToken.findAll()),
);
app.post(
  "/api/tokens",
  answered(({ body }) => RefreshToken.create({ token: randomUUID(), expiresAt: new Date(body.expiresAt) })),
);
app.get("/api/slow", async ({ query }, response) => {
  await pause(Number(query.seconds ?? 1) * 1000);
  response.json({ version });
});

// A process without a port lives on, too, as one that waits for something that never comes.
if (startup === "never") setInterval(() => undefined, 60_000);
else {
  const server = app.listen(config.serverPort, () => console.log(`listening on ${config.serverPort}`));
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      server.close(() => void database.close().then(() => process.exit(0)));
      server.closeIdleConnections();
    });
}
