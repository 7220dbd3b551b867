// FlowStack's proxy: the one door of the container. What begins with /api goes to the core, everything else to the UI.
const http = require("node:http");
const { json, log, serve } = require("./program");

const CORE = new URL(process.env.CORE_SERVER_URL);
const UI = new URL(process.env.CORE_UI_URL);

const server = http.createServer((request, response) => {
  const to = request.url === "/api" || request.url.startsWith("/api/") ? CORE : UI;
  const { method, url: path, headers } = request;
  const passed = http.request({ host: to.hostname, port: to.port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  passed.on("error", ({ code }) => {
    if (response.headersSent) response.destroy();
    else json(response, 502, { error: `${to.host}: ${code}` });
  });
  response.on("close", () => {
    log("proxy", "answered", { method, path, status: response.statusCode });
    passed.destroy();
  });
  request.pipe(passed);
});

serve("proxy", server, Number(process.env.PROXY_PORT), "0.0.0.0");
