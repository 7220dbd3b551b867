import { isEverybody } from "../../../components/kernel/everybody";
import { documentOf, filesOf, STEP } from "../host-document";
import { group, list, opened, parsed, shown, UNKNOWN, type Resource } from "../resource";
import type { Rule } from "../rule";
import { dockerPorts } from "./docker-port";
import { withoutTls } from "./sites";

/** What may be open to everybody, beside SSH: the web, over UDP too for HTTP/3. */
const WEB = ["80/tcp", "443/tcp", "443/udp"];
const HOST_KEY = /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+) \S+/;

/** The connection as it is: providers mark the whole of it as a secret, because a key may be in it. */
const connectionOf = ({ props }: Resource) => group(opened(props["connection"]));

function hostKey(resource: Resource): string[] {
  if (resource.props["connection"] === UNKNOWN) return [];
  const connection = connectionOf(resource);
  const hops = [
    ["connection", connection],
    ["connection.proxy", connection["proxy"]],
  ] as const;
  return hops.flatMap(([path, hop]) => {
    const key = group(hop)["hostKey"];
    if (hop === undefined || hop === UNKNOWN || key === UNKNOWN || HOST_KEY.test(String(key))) return [];
    return [`${path}.hostKey must be the machine's public key; without it anybody may answer in its place`];
  });
}

function dockerHostKey({ props }: Resource): string[] {
  const host = props["host"];
  if (host === UNKNOWN || props["sshOpts"] === UNKNOWN || !String(host).startsWith("ssh://")) return [];
  const options = list(Array.isArray(props["sshOpts"]) ? props["sshOpts"] : parsed(props["sshOpts"])).map(String);
  const isStrict = options.includes("StrictHostKeyChecking=yes");
  const isPinned = options.some((option) => /^(?:KnownHostsCommand|UserKnownHostsFile)=(?!\/dev\/null)/.test(option));
  return isStrict && isPinned ? [] : ["sshOpts must have StrictHostKeyChecking=yes and a pinned key (KnownHostsCommand)"];
}

function firewall(resource: Resource): string[] {
  const { noun, document } = documentOf(resource) ?? {};
  if (noun !== "firewall") return [];
  // SSH is at its own port, and at the one by which we come.
  const ssh = [22, resource.props["connection"] === UNKNOWN ? UNKNOWN : connectionOf(resource)["port"]];
  return [
    ...list(document?.["allow"]).flatMap((opening) => {
      const { port, protocol = "tcp", from } = group(opening);
      const isPublic = from === undefined || list(from).some(isEverybody);
      const isSsh = protocol === "tcp" && (ssh.includes(port) || ssh.includes(UNKNOWN));
      return !isPublic || isSsh || WEB.includes(`${String(port)}/${String(protocol)}`)
        ? []
        : [`port ${shown(port)} is open to everybody; allowed: SSH, 80 and 443; say from where`];
    }),
    ...(document?.["containers"] === "closed" ? [] : ['containers must be "closed"']),
  ];
}

/** Of machines over SSH. */
export const hosts = {
  "host-key-pinned": {
    asks: "Every connection to a machine, and to one in between, has the machine's pinned public key",
    on: [STEP, "command:remote:CopyFile", "command:remote:CopyToRemote", "pulumi:providers:docker"],
    check: (resource) => (resource.type === "pulumi:providers:docker" ? dockerHostKey(resource) : hostKey(resource)),
  },
  "login-without-root": {
    asks: "Nobody logs in to a machine as root, or with a password",
    on: [STEP, "command:remote:CopyFile", "command:remote:CopyToRemote"],
    check: (resource) => {
      const { user, password } = connectionOf(resource);
      return [
        ...(user === "root" || (user === undefined && resource.props["connection"] !== UNKNOWN)
          ? ["connection.user must be a user who is not root"]
          : []),
        ...(password === undefined ? [] : ["connection.password must not be there; the SSH agent has the key"]),
      ];
    },
  },
  "firewall-closed": {
    asks: "A machine's firewall opens nothing but SSH, 80 and 443 to everybody, and no network of containers",
    on: [STEP],
    check: firewall,
  },
  "docker-without-port": {
    asks: "Docker listens on its socket, which is reached over SSH, and on no port",
    on: [STEP, "pulumi:providers:docker"],
    check: dockerPorts,
  },
  "sites-over-tls": {
    asks: "Whatever nginx serves to the outside is over TLS 1.2 or 1.3; HTTP only redirects",
    on: [STEP],
    check: (resource) =>
      filesOf(resource)
        .filter(({ path }) => path.startsWith("/etc/nginx/"))
        .flatMap(({ path, text }) => withoutTls(text).map((wrong) => `${path}: ${wrong}`)),
  },
  "secrets-private": {
    asks: "Files with secrets are nobody's but their owner's",
    on: [STEP],
    check: (resource) =>
      typeof opened(resource.props["stdin"]) === "string" && resource.props["stdin"] !== opened(resource.props["stdin"])
        ? filesOf(resource)
            .filter(({ mode }) => mode !== undefined && !/^0?[46][04]0$/.test(typeof mode === "string" ? mode : ""))
            .map(({ path, mode }) => `${path}: mode must be 0600, or 0640 for a group of its own; got ${shown(mode)}`)
        : [],
  },
} satisfies Record<string, Rule>;
