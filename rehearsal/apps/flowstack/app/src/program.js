// What the three programs share: a log with their name, and an end that waits for answers under way.
const log = (program, message, more = {}) => console.log(JSON.stringify({ program, message, ...more }));

/** @param host Of the network that may ask: the proxy alone is asked from outside of the container. */
function serve(program, server, port, host) {
  server.listen(port, host, () => log(program, "listening", { port, version: process.env.VERSION }));
  process.on("SIGTERM", () => {
    log(program, "ending");
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}

function json(response, status, value) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

module.exports = { json, log, serve };
