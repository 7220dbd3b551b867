// One for each service, as the guide has them: https://pm2.keymetrics.io/docs/usage/application-declaration/
const name = require("node:path").basename(__dirname);
// The guide gives 3001 to the CMS and to the dashboard.
const PORT = {
  "api-gateway": 3000,
  "cms-service": 3001,
  "ai-service": 8000,
  "blockchain-service": 3002,
  "payments-service": 8080,
  "coreflow-dashboard": 3003,
}[name];
const python = { script: "main.py", interpreter: ".venv/bin/python", instances: 1, exec_mode: "fork" };
const node = { script: name === "coreflow-dashboard" ? "server.js" : "dist/main.js", instances: 2, exec_mode: "cluster" };

module.exports = {
  apps: [
    {
      name,
      ...(name === "ai-service" ? python : node),
      cwd: `/opt/coreflow/apps/${name}`,
      env: { NODE_ENV: "production", PORT },
      log_file: `/opt/coreflow/logs/${name}.log`,
      error_file: `/opt/coreflow/logs/${name}-error.log`,
      out_file: `/opt/coreflow/logs/${name}-out.log`,
    },
  ],
};
