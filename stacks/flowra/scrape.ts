import { PATHS, PORTS, PROJECT } from "./guide";
import type { FlowraSettings } from "./settings";

/** Something that Prometheus asks for metrics, in the words of its file_sd. */
export interface ScrapeTarget {
  /** `host:port`, as the machine itself reaches it. */
  targets: readonly string[];
  /** `job`, `system`, `service`, `environment`, and the path of the metrics as `__metrics_path__`. */
  labels: Readonly<Record<string, string>>;
}

/** Where Prometheus looks for files of targets. */
export const SCRAPE_FILE = `/etc/prometheus/file_sd/${PROJECT}.json`;

/**
 * The metrics of Flowra, on the machine itself: outside nobody gets them. The worker answers no requests, so it has none of its own;
 * those of its database and of its events are the API's.
 */
export const scrapeTargets = ({ environment, variables }: FlowraSettings): ScrapeTarget[] => {
  const target = (service: string, port: number): ScrapeTarget => ({
    targets: [`127.0.0.1:${port}`],
    labels: { __metrics_path__: PATHS.metrics, job: `${PROJECT}-${service}`, system: PROJECT, service, environment },
  });
  return [target("api", variables.FLOWRA_SERVER_PORT), target("keycloak", PORTS.keycloak)];
};

export const scrapeText = (settings: FlowraSettings): string => targetsText(scrapeTargets(settings));

/** A file of targets, as Prometheus and whoever took over its file_sd read it. */
export const targetsText = (targets: readonly ScrapeTarget[]): string => `${JSON.stringify(targets, null, 2)}\n`;
