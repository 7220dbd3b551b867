import type { Upstream } from "../../components/web/nginx-site";
import { ERROR_PAGE, FOLDERS, PATHS, PORTS } from "./guide";
import type { FlatlogicSettings } from "./settings";

/** Who creates the record of the public name. */
export const DNS =
  "a CNAME to <id of the tunnel>.cfargotunnel.com, proxied, that the platform creates with the tunnel; Flowfleet has no access to its zone and creates none";

/** The public name. */
export const domainOf = ({ variables }: FlatlogicSettings): string => `${variables.SUBDOMAIN}.${variables.BASE_DOMAIN}`;

/** nginx between the tunnel and the two halves: one origin for pages and API, hot reload's WebSocket among them. */
export function site(settings: FlatlogicSettings, { frontend, backend }: { frontend: Upstream; backend: Upstream }) {
  const { home, maxBody, apiTimeout, websocketTimeout } = settings;
  const api = { to: backend, timeout: apiTimeout };
  return {
    domain: domainOf(settings),
    listen: { port: PORTS.nginx },
    maxBody,
    // Whoever asks on the loopback port is the tunnel, which names the client so.
    clientAddress: { from: ["127.0.0.1/32"], header: "CF-Connecting-IP" },
    locations: { "/": { to: frontend, timeout: websocketTimeout }, ...below(PATHS.api, api), ...below(PATHS.apiDocs, api) },
    errorPage: { file: `${home}/${FOLDERS.workspace}/${ERROR_PAGE}` },
  };
}

/** A path, with and without a slash at its end, but no other that begins so. */
const below = <T>(path: string, location: T): Record<string, T> => ({ [`= ${path}`]: location, [`${path}/`]: location });
