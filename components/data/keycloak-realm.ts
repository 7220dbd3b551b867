import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { HostStep } from "../host/host-step";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import type { Keycloak } from "./keycloak";
import { clientSettings, realmSettings } from "./realm-settings";

/** An application that has people logged in, or logs in itself. */
export interface KeycloakClient {
  /** `"flowra-backend"` */
  id: string;
  secret: pulumi.Input<string>;
  /** Where people may be sent after they logged in: `["https://app.example.com/*"]`. @default none, so nobody logs in by browser */
  redirectUris?: readonly string[];
  /** May log in as itself. @default false */
  serviceAccount?: boolean;
  /** May log people in with a name and a password that it asked for. @default false */
  directAccess?: boolean;
}

export interface KeycloakRealmArgs {
  host: Host;
  keycloak: Keycloak;
  /** `"flowra"` */
  realm: string;
  clients: readonly KeycloakClient[];
  /** Whether logins and what administrators do are recorded, for so many days. @default 90 days */
  events?: false | { days: number };
  /**
   * Secrets of clients that are there already, and the administrator's password, stay as they are: Keycloak knows one of each, and
   * whoever serves uses it. Another one of these without it, after those that use the new secrets, then sets them. @default false
   */
  keepSecrets?: boolean;
}

/**
 * A realm of Keycloak with its clients. What is written here is brought about, and only what differs is changed; everything else in the
 * realm, its people above all, belongs to its administrators. The administrator's password is kept to what `Keycloak` was given.
 *
 * @example new KeycloakRealm("prod-realm", { host, keycloak, realm: "shop", clients: [{ id: "shop-backend", secret, serviceAccount: true }] });
 */
export class KeycloakRealm extends pulumi.ComponentResource {
  readonly realm: string;
  /** Known in previews; resolves once the realm is as wanted. */
  readonly applied: pulumi.Output<string>;

  constructor(name: string, args: KeycloakRealmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:KeycloakRealm", name, {}, opts);
    const { host, keycloak, realm, clients, events = { days: 90 }, keepSecrets = false } = args;
    refuse(this, name, realmProblems(args));
    const document = pulumi.output({
      server: keycloak.container,
      url: `http://${keycloak.address}:${keycloak.port}`,
      admin: keycloak.admin,
      // Administrators log in at the realm master.
      realms: { master: realmSettings(events), [realm]: realmSettings(events) },
      clients: { [realm]: Object.fromEntries(clients.map((client) => [client.id, clientSettings(client)])) },
      keepSecrets,
    });
    const step = new HostStep(`${name}-settings`, { host, noun: "keycloak", document, secret: true }, { parent: this });
    this.realm = realm;
    this.applied = step.urn;
    const announced = keepSecrets ? {} : { interruption: INTERRUPTION };
    this.registerOutputs({ realm, ...announced });
  }
}

/** Keycloak knows one secret of a client: between those that use another one and this, one of both is turned away. */
const INTERRUPTION =
  "another secret of a client, or another password of the administrator, is known to Keycloak only once this has run: until then who uses it is turned away";

const realmProblems = ({ realm, clients, events }: KeycloakRealmArgs): Problem[] => [
  ...(/^[a-z0-9][a-z0-9_-]*$/.test(realm) && realm !== "master"
    ? []
    : [{ path: "realm", wrong: 'must be lower-case letters, digits and hyphens, and not "master", which is Keycloak\'s own', got: realm }]),
  ...clients.flatMap(({ id }, index) => [
    ...(/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)
      ? []
      : [{ path: `clients[${index}]/id`, wrong: "must be letters, digits, dots and hyphens", got: id }]),
    ...(clients.findIndex((other) => other.id === id) === index
      ? []
      : [{ path: `clients[${index}]/id`, wrong: "is there twice", got: id }]),
  ]),
  ...(events === undefined || events === false || (Number.isInteger(events.days) && events.days >= 1)
    ? []
    : [{ path: "events/days", wrong: "must be a whole number of days", got: events.days }]),
];
