import type { StaticSite } from "../../components/service/static-site";
import { CLOUDFLARE_RANGES } from "../../components/web/cloudflare-ranges";
import type { Upstream } from "../../components/web/nginx-site";
import { DEFAULTS, HEADERS, IMMUTABLE, PATHS } from "./guide";
import type { CoreFlowSettings } from "./settings";

/** What answers which path. */
export interface Answering {
  site: StaticSite;
  gateway: Upstream;
  dashboard: Upstream;
  pgadmin: Upstream;
  kafkaUi: Upstream;
}

/** The guide's site: what is asked of whom, how often, and by whom. Its headers are in every location. */
export function siteOf(settings: CoreFlowSettings, answering: Answering) {
  const { gateway, dashboard } = answering;
  const { loginLimit, management, services } = settings;
  const api = { to: gateway, timeout: settings.apiTimeout, rateLimit: { ...settings.rateLimit, zone: "api" } };
  const { path, ...login } = loginLimit;
  const atLogin = { ...api, rateLimit: { ...login, zone: "login" } };
  const atDashboard = { to: dashboard, timeout: settings.dashboardTimeout };
  const { allowFrom } = management;
  return {
    domain: settings.domain,
    aliases: settings.aliases,
    maxBody: settings.maxBody,
    hsts: DEFAULTS.hsts,
    headers: HEADERS,
    ...(settings.cdn && { clientAddress: { from: settings.cdn.from ?? CLOUDFLARE_RANGES, header: settings.cdn.header } }),
    ...(settings.logFormat && { logFormat: settings.logFormat }),
    locations: {
      [PATHS.site]: filesOf(answering.site),
      [PATHS.api]: api,
      // With and without a slash: an application takes one for the other.
      [`= ${path}`]: atLogin,
      [`${path}/`]: atLogin,
      // For whoever watches from outside: what the API gateway says of itself.
      [`= ${services["api-gateway"].health.path}`]: api,
      [`= ${PATHS.dashboard}`]: atDashboard,
      [`${PATHS.dashboard}/`]: atDashboard,
      // pgAdmin shows parts of itself in frames.
      [`${PATHS.pgadmin}/`]: {
        to: answering.pgadmin,
        allowFrom,
        prefixHeader: "X-Script-Name",
        headers: { "X-Frame-Options": "SAMEORIGIN" },
      },
      [`${PATHS["kafka-ui"]}/`]: { to: answering.kafkaUi, allowFrom },
    },
  } as const;
}

const filesOf = ({ root, assets }: StaticSite) => ({
  root,
  fallback: "/index.html",
  immutable: IMMUTABLE,
  precompressed: true,
  ...(assets && { olderFiles: assets.root }),
});
