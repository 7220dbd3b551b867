import { Host } from "../host/host";
import type { HostArgs } from "../host/host";
import { record } from "../host/recording";
import { NginxServer } from "./nginx-server";
import { corsText } from "./texts/cors";
import { closedText, defaultText } from "./texts/default";
import { MAIN, headersText, internalText, nginxText, proxyText, tlsText, unitText } from "./texts/server";

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

it("can have settings of its own, and be closed to everybody outside", async () => {
  const { steps } = await record(
    () => new NginxServer("nginx", { host: main({ os: "ubuntu-22.04" }), open: false, main: { connections: 1024, multiAccept: true } }),
  );
  expect(steps[0]?.document).toMatchObject({ install: ["libnginx-mod-stream", "nginx"] });
  expect(steps[1]?.document).toMatchObject({
    files: {
      "/etc/nginx/nginx.conf": { text: nginxText([1, 18, 0], { ...MAIN, connections: 1024, multiAccept: true }) },
      "/etc/nginx/flowfleet/default.conf": { text: closedText() },
    },
  });
});

it("is refused with settings that nginx could not read", async () => {
  const settings = {
    workers: 0,
    connections: 0.5,
    compressible: ["css", "text/html"],
    logFormats: { flowfleet: "it's", Main: "$request" },
  };
  await expect(record(() => new NginxServer("nginx", { host: main(), main: settings }))).rejects.toThrow(
    "nginx/main/workers: must be a whole number; got 0; allowed: 1 to 512\n" +
      "nginx/main/connections: must be a whole number; got 0.5; allowed: 1 to 1000000\n" +
      ["css", "text/html"]
        .map(
          (got, index) =>
            `nginx/main/compressible[${index}]: must be a type of content such as "text/css", and text/html is compressed in any case; got "${got}"\n`,
        )
        .join("") +
      'nginx/main/logFormats: must be a name of lower-case letters such as "main", and neither nginx\'s own nor ours; got "flowfleet"\n' +
      'nginx/main/logFormats/flowfleet: must be one line without single quotes and backslashes; got "it\'s"\n' +
      'nginx/main/logFormats: must be a name of lower-case letters such as "main", and neither nginx\'s own nor ours; got "Main"',
  );
});
