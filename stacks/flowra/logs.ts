import { dataOf, LOG_FILES, PROJECT } from "./guide";
import { targetsText } from "./scrape";
import type { ScrapeTarget } from "./scrape";
import type { FlowraSettings } from "./settings";

/** Where a service's log is on the machine, for whatever ships it to Loki. Where there are a unit and a file, they have the same lines. */
export interface LogSource {
  /** Containers that print it: a regular expression, as Docker's filter `name` takes it. While a release takes over there are two. */
  container?: string;
  /** Units that print it: a pattern, as `journalctl --unit` takes it. */
  unit?: string;
  /** For root and the group adm. */
  file?: string;
  /** `job`, `system`, `service`, `environment`, and `format`: whether each line is JSON (`json`) or not (`text`). */
  labels: Readonly<Record<string, string>>;
}

/** Where Grafana Alloy's `discovery.file` may find those that are files. It finds containers by itself. */
export const LOGS_FILE = `/etc/alloy/file_sd/${PROJECT}.json`;

/** MongoDB from 4.4 on, and Keycloak as it is set. */
const JSON_DATA: readonly string[] = ["mongodb", "keycloak"];

/**
 * The logs of Flowra.
 *
 * @param accessLogs Files that nginx writes.
 */
export function logSources({ environment, mode, variables, databases }: FlowraSettings, accessLogs: readonly string[]): LogSource[] {
  const labels = (service: string, format: string) => ({ job: `${PROJECT}-${service}`, system: PROJECT, service, environment, format });
  // Without the migrator: it has come to its end when others look, and the deployment that it stops tells its last lines.
  const application = Object.entries(LOG_FILES).map(([service, file]) => ({
    ...(mode === "systemd" ? { unit: `${PROJECT}-${service}-[ab]`, file } : { container: `^${PROJECT}-${service}-` }),
    labels: labels(service, variables.FLOWRA_LOG_FORMAT),
  }));
  const data = dataOf({ databases }).map((service) => ({
    container: `^${PROJECT}-${service}$`,
    labels: labels(service, JSON_DATA.includes(service) ? "json" : "text"),
  }));
  return [...application, ...data, ...accessLogs.map((file) => ({ file, labels: labels("nginx", "text") }))];
}

/** Those that are files, in the words of Prometheus' file_sd, which Alloy reads, too. */
const fileTargets = (sources: readonly LogSource[]): ScrapeTarget[] =>
  sources.flatMap(({ file, labels }) => (file === undefined ? [] : [{ targets: ["localhost"], labels: { __path__: file, ...labels } }]));

export const logsText = (sources: readonly LogSource[]): string => targetsText(fileTargets(sources));
