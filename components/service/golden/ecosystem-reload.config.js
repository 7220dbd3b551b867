// Written by Flowfleet for one release; the next one has another.
const { readFileSync } = require("node:fs");
const secrets = Object.fromEntries(
  readFileSync("@environment@", "utf8")
    .split("\n")
    .filter((line) => line.includes("="))
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1).replace(/^(['"])(.*)\1$/, "$2")]),
);
const app = {
  name: "@name@",
  namespace: "api-gateway",
  script: "dist/main.js",
  args: [],
  interpreter: "node",
  cwd: "@release@",
  exec_mode: "cluster",
  instances: 2,
  env: {
    NODE_ENV: "production",
    ODD: "a \"b\" \u0040port@ \\"
  },
  log_file: "/opt/coreflow/logs/api-gateway.log",
  out_file: "/opt/coreflow/logs/api-gateway-out.log",
  error_file: "/opt/coreflow/logs/api-gateway-error.log",
  merge_logs: true,
  max_memory_restart: "512M",
  autorestart: true,
  exp_backoff_restart_delay: 100,
  kill_timeout: 30000,
  wait_ready: true,
  listen_timeout: 10000,
  watch: false,
  vizion: false,
  pmx: false
};
app.env = { ...app.env, ...secrets };
module.exports = { apps: [app] };
