import { FileSet } from "../../components/host/file-set";
import { Host } from "../../components/host/host";
import type { SshDoor } from "../../components/host/host";
import { HostBase } from "../../components/host/host-base";
import { GitLogin } from "../../components/service/git-login";
import { RegistryLogin } from "../../components/service/registry-login";
import { NginxServer } from "../../components/web/nginx-server";
import type { Config } from "../config/read-config";
import { ACME_TRUST } from "./acme";
import { claimsOn } from "./claims";

type Settings = Config["hosts"][string];
/** As the configuration has it, or of a machine that is made. */
type Door = Pick<SshDoor, "address" | "hostKey">;

/** A machine of this stack with what every system on it shares. */
export function ownedHost(name: string, settings: Settings, door: Door, config: Config): Host {
  const { acme, registries, git, reapply } = config;
  const systems = claimsOn(name, config);
  // What belongs to the machine goes only after a person took the protection off.
  const kept = { protect: isProtected(settings) };
  const host = new Host(name, { ...doorOf(settings, door), ...(reapply && { reapply }) }, kept);
  new HostBase(`${name}-base`, { host, ...baseOf(settings), systems }, kept);
  if (acme.trust) new FileSet(`${name}-acme-trust`, { host, files: { [ACME_TRUST]: { text: acme.trust } } }, kept);
  if (settings.web) new NginxServer(`${name}-nginx`, { host, ...nginxOf(settings) }, kept);
  for (const [registry, { user, password }] of Object.entries(registries)) {
    new RegistryLogin(`${name}-${registry}`, { host, registry, user, password }, kept);
  }
  // Only where code is built.
  if (settings.node && Object.keys(git).length > 0) new GitLogin(`${name}-git`, { host, servers: git }, kept);
  return host;
}

/** Of a machine that is gone there is nothing left to protect. */
export const isProtected = ({ protect, state }: Settings): boolean => protect && state === "present";

const doorOf = ({ port, user, bastion, os, state, privateKey }: Settings, { address, hostKey }: Door) => ({
  address,
  port,
  user,
  hostKey,
  os,
  state,
  ...(bastion && { bastion }),
  ...(privateKey && { privateKey }),
});

const nginxOf = ({ web, nginx }: Settings) => ({ open: web === true, ...(nginx && { main: nginx }) });

const baseOf = ({ size, audit, docker, node, ssh, swap, journal, web, takeOver }: Settings) => ({
  takeOver,
  nginx: web !== false,
  audit,
  ssh,
  journal,
  allow: web === true ? [{ port: 80 }, { port: 443 }] : [],
  ...(size && { size }),
  ...(docker && { docker }),
  ...(node && { node }),
  ...(swap && { swap }),
});
