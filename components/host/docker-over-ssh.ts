import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Host } from "./host";
import { HostStep } from "./host-step";

/** A way in over SSH, all of it known. */
export interface Door {
  address: string;
  port: number;
  user: string;
  hostKey: string;
}

/**
 * Docker on a machine, spoken to over SSH as the deploy user, who is let in by a step of the helper: whoever may talk to Docker is root
 * there. The machine's key is pinned as for every other step. It uses the SSH agent of whoever runs `pulumi`.
 */
export function dockerOverSsh(name: string, host: Host, bastion?: pulumi.Output<Door>): docker.Provider {
  new HostStep(
    `${name}-access`,
    { host, noun: "docker-access", document: pulumi.output({ user: host.user }), removable: true },
    { parent: host },
  );
  const door = pulumi.output({ address: host.address, port: host.port, user: host.user, hostKey: host.hostKey });
  return new docker.Provider(
    `${name}-docker`,
    {
      host: door.apply(dockerAddress),
      sshOpts: pulumi.all([door, bastion]).apply(([known, through]) => sshOptions(known, through)),
    },
    { parent: host },
  );
}

/** The machine's Docker as the provider writes it. */
export const dockerAddress = ({ address, port, user }: Door): string => `ssh://${user}@${bracketed(address)}:${port}`;

/** Options for OpenSSH, as words: nobody but the machine with this key is talked to, whatever the caller's own files say. */
export const sshOptions = ({ hostKey }: Door, bastion?: Door): string[] => [
  ...pinned(hostKey, "%H"),
  ...(bastion === undefined ? [] : option("ProxyCommand", proxyCommand(bastion))),
];

/** `ssh` gets a bastion's command as one line for a shell, in which a percent sign of its own has to be doubled. */
function proxyCommand({ address, port, user, hostKey }: Door): string {
  const words = ["ssh", "-W", `${bracketed("%h")}:%p`, "-l", user, "-p", String(port), ...pinned(hostKey, "%%H"), address];
  return words.map(shellWord).join(" ");
}

const pinned = (hostKey: string, asked: string): string[] => [
  ...option("BatchMode", "yes"),
  ...option("StrictHostKeyChecking", "yes"),
  ...option("UserKnownHostsFile", "/dev/null"),
  ...option("GlobalKnownHostsFile", "/dev/null"),
  // Asked for each name that is looked up; it answers with the line of a known_hosts file.
  ...option("KnownHostsCommand", `/bin/echo ${asked} ${hostKey.split(" ").slice(0, 2).join(" ")}`),
];

const option = (key: string, value: string): string[] => ["-o", `${key}=${value}`];

const bracketed = (address: string): string => (address.includes(":") || address === "%h" ? `[${address}]` : address);

const shellWord = (word: string): string => (/^[A-Za-z0-9@%_+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
