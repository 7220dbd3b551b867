import { scrapeText } from "./scrape";
import type { FlowraSettings } from "./settings";

it("tells Prometheus where the metrics are, on the machine itself", () => {
  const settings = { environment: "production", variables: { FLOWRA_SERVER_PORT: 8081 } } as FlowraSettings;
  const labels = (service: string) => ({ job: `flowra-${service}`, system: "flowra", service, environment: "production" });
  expect(JSON.parse(scrapeText(settings))).toEqual([
    { targets: ["127.0.0.1:8081"], labels: { __metrics_path__: "/metrics", ...labels("api") } },
    { targets: ["127.0.0.1:8090"], labels: { __metrics_path__: "/metrics", ...labels("keycloak") } },
  ]);
});
