import { logSources, logsText } from "./logs";
import type { FlowraSettings } from "./settings";

const settings = (mode: string, format: string) =>
  ({ environment: "production", mode, variables: { FLOWRA_LOG_FORMAT: format } }) as unknown as FlowraSettings;
const labels = (service: string, format: string) => ({
  job: `flowra-${service}`,
  system: "flowra",
  service,
  environment: "production",
  format,
});
const ACCESS = "/var/log/nginx/api.flowra.com.access.log";
const BOTH_MODES = [
  { container: "^flowra-mongodb$", labels: labels("mongodb", "json") },
  { container: "^flowra-redis$", labels: labels("redis", "text") },
  { container: "^flowra-keycloak$", labels: labels("keycloak", "json") },
  { container: "^flowra-keycloak-db$", labels: labels("keycloak-db", "text") },
  { file: ACCESS, labels: labels("nginx", "text") },
];

it("are those of the containers, whichever release serves, and nginx' own", () => {
  const sources = logSources(settings("containers", "json"), [ACCESS]);
  expect(sources).toEqual([
    { container: "^flowra-api-", labels: labels("api", "json") },
    { container: "^flowra-worker-", labels: labels("worker", "json") },
    ...BOTH_MODES,
  ]);
  expect(JSON.parse(logsText(sources))).toEqual([{ targets: ["localhost"], labels: { __path__: ACCESS, ...labels("nginx", "text") } }]);
});

it("of API and worker without containers are units, with a file each", () => {
  const [api, worker] = ["/var/log/flowra/api.log", "/var/log/flowra/worker.log"] as const;
  const sources = logSources(settings("systemd", "text"), [ACCESS]);
  expect(sources).toEqual([
    { unit: "flowra-api-[ab]", file: api, labels: labels("api", "text") },
    { unit: "flowra-worker-[ab]", file: worker, labels: labels("worker", "text") },
    ...BOTH_MODES,
  ]);
  expect(JSON.parse(logsText(sources))).toEqual([
    { targets: ["localhost"], labels: { __path__: api, ...labels("api", "text") } },
    { targets: ["localhost"], labels: { __path__: worker, ...labels("worker", "text") } },
    { targets: ["localhost"], labels: { __path__: ACCESS, ...labels("nginx", "text") } },
  ]);
});
