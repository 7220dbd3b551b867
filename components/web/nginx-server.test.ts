import { Host } from "../host/host";
import type { HostArgs } from "../host/host";
import { record } from "../host/recording";
import { NginxServer } from "./nginx-server";
import { corsText } from "./texts/cors";
import { defaultText, headersText, internalText, nginxText, proxyText, tlsText, unitText } from "./texts/server";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const main = (args: Partial<HostArgs> = {}) => new Host("main", { address: "203.0.113.10", hostKey: KEY, ...args });
const RIGHTS = { user: "root", group: "root" };

it("installs nginx, then writes all that it reads, checked before it is told", async () => {
  const { steps } = await record(() => new NginxServer("nginx", { host: main() }));
  expect(steps.map(({ name, noun, removable }) => [name, noun, removable])).toEqual([
    ["nginx-packages-apt", "packages", true],
    ["nginx-configuration-files", "files", false],
  ]);
  expect(steps[0]?.document).toMatchObject({ install: ["libnginx-mod-stream", "nginx"] });
  const { owner, ...document } = steps[1]?.document ?? {};
  const file = (text: readonly string[]) => ({ mode: "0644", ...RIGHTS, text });
  const folder = { mode: "0755", ...RIGHTS };
  expect(owner).toBe("urn:pulumi:test::flowfleet::flowfleet:web:NginxServer$flowfleet:host:FileSet::nginx-configuration");
  expect(document).toEqual({
    directories: {
      "/etc/nginx/flowfleet": folder,
      "/etc/nginx/flowfleet/names": folder,
      "/etc/nginx/flowfleet/services": folder,
      "/etc/nginx/flowfleet/sites": folder,
      "/etc/nginx/flowfleet/streams": folder,
      "/var/lib/flowfleet": folder,
      "/var/lib/flowfleet/acme": folder,
    },
    files: {
      "/etc/nginx/nginx.conf": file(nginxText([1, 22, 1])),
      "/etc/nginx/flowfleet/tls.conf": file(tlsText([1, 22, 1])),
      "/etc/nginx/flowfleet/headers.conf": file(headersText()),
      "/etc/nginx/flowfleet/proxy.conf": file(proxyText()),
      "/etc/nginx/flowfleet/internal.conf": file(internalText()),
      "/etc/nginx/flowfleet/cors.conf": file(corsText()),
      "/etc/nginx/flowfleet/default.conf": file(defaultText([1, 22, 1])),
      "/etc/systemd/system/nginx.service.d/flowfleet.conf": file(unitText()),
    },
    check: ["nginx"],
    after: ["daemon-reload", "enable nginx", "reload nginx"],
  });
});

it("writes for the nginx of the host's distribution, and gets a certificate where a handshake cannot be refused", async () => {
  const { steps } = await record(() => new NginxServer("nginx", { host: main({ os: "ubuntu-22.04" }) }));
  expect(steps[0]?.document).toMatchObject({ install: ["libnginx-mod-stream", "nginx", "ssl-cert"] });
  expect(steps[1]?.document).toMatchObject({ files: { "/etc/nginx/flowfleet/default.conf": { text: defaultText([1, 18, 0]) } } });
});
