import { Host } from "../host/host";
import { record } from "../host/recording";
import { FixedUpstream } from "./fixed-upstream";
import { LocalListener } from "./local-listener";
import type { LocalListenerArgs } from "./local-listener";
import { httpListenerText, tcpListenerText, upstreamText } from "./texts/listener";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const main = () => new Host("main", { address: "203.0.113.10", hostKey: KEY });
const FILE = { mode: "0644", user: "root", group: "root" };
const DATABASE = { address: "10.91.1.16", port: 27017 };

const made = (args: Partial<LocalListenerArgs>) =>
  record(() => new LocalListener("local", { host: main(), port: 6000, to: DATABASE, protocol: "tcp", ...args }));

it.each([
  ["tcp", "/etc/nginx/flowfleet/streams/6000.conf", tcpListenerText(6000, DATABASE)],
  ["http", "/etc/nginx/flowfleet/services/listener-6000.conf", httpListenerText(6000, DATABASE)],
] as const)("for %s it is one file, checked before nginx listens", async (protocol, file, text) => {
  const { steps, outputs } = await made({ protocol });
  expect(steps.map(({ name, noun, removable }) => [name, noun, removable])).toEqual([["local-listener-files", "files", true]]);
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:web:LocalListener$flowfleet:host:FileSet::local-listener",
    files: { [file]: { ...FILE, text } },
    check: ["nginx"],
    after: ["reload nginx"],
  });
  expect(outputs["local"]).toEqual({ at: "127.0.0.1:6000" });
});

it("is refused with everything that is wrong at once, a name in the place of an address included", async () => {
  await expect(made({ port: 0, to: { address: "10.91.1.16", port: 70_000 } })).rejects.toThrow(
    "local/port: must be a port; got 0; allowed: 1 to 65535\nlocal/to/port: must be a port; got 70000; allowed: 1 to 65535",
  );
  await expect(made({ to: { address: "mongodb", port: 27017 } })).rejects.toThrow(
    'local/to/address: must be an IPv4 address; got "mongodb"',
  );
});

it("is refused where something else of the program has the port", async () => {
  await expect(
    record(() => {
      const host = main();
      for (const protocol of ["tcp", "http"] as const) new LocalListener(protocol, { host, port: 6000, to: DATABASE, protocol });
    }),
  ).rejects.toThrow('http/port: port 6000 on host "main" is already used by "tcp"; choose another');
});

describe("an upstream at a fixed address", () => {
  const upstream = (args: object) =>
    record(() => new FixedUpstream("keycloak", { host: main(), upstream: "shop-login", address: "10.91.1.20", port: 8080, ...args }));

  it("is one file that sites can name", async () => {
    const { steps, outputs } = await upstream({});
    expect(steps[0]?.document).toEqual({
      owner: "urn:pulumi:test::flowfleet::flowfleet:web:FixedUpstream$flowfleet:host:FileSet::keycloak-upstream",
      files: {
        "/etc/nginx/flowfleet/services/shop-login.conf": {
          ...FILE,
          text: upstreamText("shop-login", { address: "10.91.1.20", port: 8080 }),
        },
      },
      check: ["nginx"],
      after: ["reload nginx"],
    });
    expect(outputs["keycloak"]).toEqual({ upstream: "shop-login" });
  });

  it("is refused under a name that nginx could not read, or at a name", async () => {
    await expect(upstream({ upstream: "shop login;" })).rejects.toThrow("keycloak/upstream: must be lower-case letters");
    await expect(upstream({ address: "login.internal" })).rejects.toThrow(
      'keycloak/address: must be an IPv4 address; got "login.internal"',
    );
  });
});
