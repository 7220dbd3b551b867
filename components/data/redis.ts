import * as pulumi from "@pulumi/pulumi";
import { FileSet } from "../host/file-set";
import { inMegabytes } from "../kernel/size";
import { SECRETS_INSIDE, SETTINGS_INSIDE } from "./container-inputs";
import { DataContainer, secretsFolder } from "./data-container";
import type { DataPlace, DataVolume } from "./data-container";
import { DataServer } from "./data-server";
import { REDIS_HEALTH, redisKernelText, redisText } from "./redis-text";
import { RedisUsers } from "./redis-users";

export interface RedisArgs extends DataPlace {
  /** Docker's name of the volume with the data: `"redis_data"`. */
  volume: string;
  /** @default true: Pulumi refuses to delete the volume */
  protect?: boolean;
  /** Password of the application, which is user `default` without dangerous commands. */
  applicationPassword: pulumi.Input<string>;
  /** Password of user `administrator`, who may do everything. */
  administratorPassword: pulumi.Input<string>;
}

const PORT = 6379;
const USERS = "users.acl";

/**
 * Redis with users from an ACL file, in a container of its own. Passwords are on the host as hashes and can be changed while it runs:
 * an old one is valid until `RedisUsers` with `retire` takes it away. The machine's kernel is told to let it write its snapshots.
 *
 * @example
 * const redis = new Redis("prod-redis", { ...place, service: "redis", user: "999:1000", volume: "redis_data", applicationPassword, administratorPassword });
 */
export class Redis extends DataServer {
  /** What `RedisUsers` needs to know. */
  readonly accounts: { readonly container: string; readonly file: string; readonly user: string };
  /** Its passwords, those of earlier rotations among them. */
  readonly users: RedisUsers;

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:data:Redis", name, {}, opts);
    const { volume, protect, applicationPassword, administratorPassword, ...place } = args;
    const { host, project, service, user } = place;
    this.accounts = { container: `${project}-${service}`, file: `${secretsFolder(place)}/${USERS}`, user };

    // Before the container, which does not start without the file.
    const passwords = { application: applicationPassword, administrator: administratorPassword };
    this.users = new RedisUsers(`${name}-users`, { host, redis: this, ...passwords }, { parent: this });
    const kernel = { [`/etc/sysctl.d/99-flowfleet-${this.accounts.container}.conf`]: { text: redisKernelText() } };
    new FileSet(`${name}-kernel`, { host, files: kernel, after: ["sysctl"] }, { parent: this });
    const server = new DataContainer(
      `${name}-server`,
      {
        ...place,
        limits: { pids: 64, ...place.limits },
        port: PORT,
        volume: volumeOf(volume, protect),
        login: { password: applicationPassword },
        command: ["redis-server", `${SETTINGS_INSIDE}/redis.conf`],
        files: { "redis.conf": redisText({ users: `${SECRETS_INSIDE}/${USERS}`, memory: inMegabytes(place.limits.memory) }) },
        folders: { [secretsFolder(place)]: SECRETS_INSIDE },
        health: { command: REDIS_HEALTH },
      },
      { parent: this },
    );

    this.made(server);
  }
}

const volumeOf = (name: string, protect: boolean | undefined): DataVolume => ({ name, path: "/data", engine: "redis", protect });
