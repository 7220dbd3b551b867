import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { HostStep } from "../host/host-step";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import type { Keycloak } from "./keycloak";
import { clientSettings, realmSettings } from "./realm-settings";
import type { RealmRole } from "./realm-settings";

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

/** Who administers the realm by a program: an account of realm master, where administrators log in. */
export interface KeycloakAccount {
  /** In lower case. A rotation makes another account, so it has a part that is another one then. */
  name: pulumi.Input<string>;
  password: pulumi.Input<string>;
  /** All that it may do, in this realm alone: `["view-users", "manage-users"]` */
  roles: readonly RealmRole[];
}

export interface KeycloakRealmArgs {
  host: Host;
  keycloak: Keycloak;
  /** `"flowra"` */
  realm: string;
  clients: readonly KeycloakClient[];
  /** Whether logins and what administrators do are recorded, for so many days. @default 90 days */
  events?: false | { days: number };
  /** @default none */
  accounts?: readonly KeycloakAccount[];
  /**
   * The one that brought these about before: what it left good of earlier rotations ends, secrets of clients before these, and accounts
   * that were made here earlier and are not in the list any more. @default none: they stay good
   */
  retire?: KeycloakRealm;
}

/**
 * A realm of Keycloak with its clients. What is written here is brought about, and only what differs is changed; everything else in the
 * realm, its people above all, belongs to its administrators. The administrator's password is kept to what `Keycloak` was given. A rotation
 * that turns nobody away takes two of these around the services that use it: until the second, the secret in use stays good beside the new one.
 *
 * @example
 * const clients = [{ id: "shop-backend", secret, serviceAccount: true }];
 * const realm = new KeycloakRealm("prod-realm", { host, keycloak, realm: "shop", clients });
 * // … services …
 * new KeycloakRealm("prod-realm-retired", { host, keycloak, realm: "shop", clients, retire: realm });
 */
export class KeycloakRealm extends pulumi.ComponentResource {
  readonly realm: string;
  /** Known in previews; resolves once the realm is as wanted. */
  readonly applied: pulumi.Output<string>;
  /** Mark of all secrets and accounts that are good then. */
  private readonly valid: pulumi.Output<unknown>;

  constructor(name: string, args: KeycloakRealmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:KeycloakRealm", name, {}, opts);
    const { host, keycloak, realm, clients, events = { days: 90 }, accounts = [], retire } = args;
    refuse(this, name, realmProblems(args));
    const document = pulumi.output({
      server: keycloak.container,
      volume: keycloak.volume,
      url: `http://${keycloak.address}:${keycloak.port}`,
      admin: keycloak.admin,
      // Administrators log in at the realm master.
      realms: { master: realmSettings(events), [realm]: realmSettings(events) },
      clients: { [realm]: Object.fromEntries(clients.map((client) => [client.id, clientSettings(client)])) },
      accounts: { [realm]: pulumi.output(accounts.map(plain)).apply(Object.fromEntries) },
      // A rotation that was taken back leaves all as it was, but for what is good: only by its mark this runs again.
      ...(retire ? { retire: true, after: retire.valid } : { retire: false }),
    });
    const step = new HostStep(`${name}-settings`, { host, noun: "keycloak", document, secret: true }, { parent: this });
    this.realm = realm;
    this.applied = step.urn;
    this.valid = step.result.apply(({ valid }) => valid);
    this.registerOutputs({ realm });
  }
}

const plain = ({ name, password, roles }: KeycloakAccount) => [name, { password, roles: [...roles].sort() }] as const;

const realmProblems = ({ realm, clients, accounts = [], events }: KeycloakRealmArgs): Problem[] => [
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
  ...accounts.flatMap(({ name, roles }, index) => [
    // A name that is still to come is the helper's to judge.
    ...(typeof name !== "string" || /^[a-z0-9][a-z0-9._-]*$/.test(name)
      ? []
      : [{ path: `accounts[${index}]/name`, wrong: "must be lower-case letters, digits, dots and hyphens", got: name }]),
    ...(roles.length > 0
      ? []
      : [{ path: `accounts[${index}]/roles`, wrong: "must name what the account may do", allowed: 'such as ["view-users"]' }]),
  ]),
  ...(events === undefined || events === false || (Number.isInteger(events.days) && events.days >= 1)
    ? []
    : [{ path: "events/days", wrong: "must be a whole number of days", got: events.days }]),
];
