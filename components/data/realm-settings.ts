import type { KeycloakClient } from "./keycloak-realm";

/** What an account may do in a realm, in Keycloak's own words: `manage-` includes nothing of `view-`. */
export const REALM_ROLES = [
  "create-client",
  "impersonation",
  "manage-authorization",
  "manage-clients",
  "manage-events",
  "manage-identity-providers",
  "manage-realm",
  "manage-users",
  "query-clients",
  "query-groups",
  "query-realms",
  "query-users",
  "view-authorization",
  "view-clients",
  "view-events",
  "view-identity-providers",
  "view-realm",
  "view-users",
] as const;
export type RealmRole = (typeof REALM_ROLES)[number];

/** A realm as Keycloak's own interface describes it: the keys that are ours. */
export const realmSettings = (events: false | { days: number }) => ({
  enabled: true,
  // Anyone but the machine and its container networks has to come by HTTPS.
  sslRequired: "external",
  bruteForceProtected: true,
  eventsEnabled: events !== false,
  adminEventsEnabled: events !== false,
  // Representations can hold personal data and secrets.
  adminEventsDetailsEnabled: false,
  ...(events && { eventsExpiration: events.days * 86_400 }),
});

/** A client as Keycloak's own interface describes it: the keys that are ours. */
export const clientSettings = ({ secret, redirectUris = [], serviceAccount = false, directAccess = false }: KeycloakClient) => ({
  enabled: true,
  protocol: "openid-connect",
  publicClient: false,
  clientAuthenticatorType: "client-secret",
  secret,
  standardFlowEnabled: redirectUris.length > 0,
  implicitFlowEnabled: false,
  directAccessGrantsEnabled: directAccess,
  serviceAccountsEnabled: serviceAccount,
  redirectUris: [...redirectUris].sort(),
});
