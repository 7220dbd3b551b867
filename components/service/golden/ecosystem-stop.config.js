// Written by Flowfleet for one release; the next one has another.
const app = {
  name: "@name@",
  script: "npm",
  args: [
    "run",
    "dev",
    "--",
    "--hostname",
    "0.0.0.0",
    "--port",
    "3001"
  ],
  interpreter: "none",
  cwd: "/home/agent/workspace/frontend",
  exec_mode: "fork",
  instances: 1,
  env: {
    NODE_ENV: "production",
    ODD: "a \"b\" \u0040port@ \\"
  },
  out_file: "/opt/coreflow/.pm2/logs/api-gateway-out.log",
  error_file: "/opt/coreflow/.pm2/logs/api-gateway-error.log",
  merge_logs: true,
  max_memory_restart: "512M",
  autorestart: true,
  exp_backoff_restart_delay: 100,
  kill_timeout: 30000,
  watch: false,
  vizion: false,
  pmx: false
};
module.exports = { apps: [app] };
