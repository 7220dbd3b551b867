import type { Upstream } from "../../components/web/nginx-site";
import { PATHS } from "./guide";
import type { FlowraSettings } from "./settings";

/** The API's site: what may be asked by whom, how often, and what nobody outside gets to see. */
export const apiSite = (settings: FlowraSettings, api: Upstream) => ({
  domain: settings.domain,
  maxBody: settings.maxBody,
  cors: settings.cors,
  hidden: PATHS.hidden,
  locations: {
    "/": { to: api, timeout: settings.apiTimeout, rateLimit: settings.rateLimit },
    [`= ${PATHS.websocket}`]: { to: api, timeout: settings.websocketTimeout, streaming: true, rateLimit: settings.rateLimit },
  },
});

/** Keycloak's site: users log in here; its administration, and the realm whose users are administrators, are for listed addresses. */
export function authSite({ authDomain, admin, authRateLimit }: FlowraSettings, keycloak: Upstream) {
  const asked = { to: keycloak, rateLimit: authRateLimit };
  const guarded = { ...asked, allowFrom: admin.allowFrom };
  return {
    domain: authDomain,
    hidden: PATHS.keycloak.hidden,
    locations: { "/": asked, ...Object.fromEntries(PATHS.keycloak.admin.map((path) => [path, guarded])) },
  };
}
