import type { KeycloakClient } from "./keycloak-realm";

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
