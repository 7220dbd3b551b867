import { pebbleConfig } from "./acme";
import { certificatesOf, keyOf } from "./authority";
import { nameOf, namesOf, pathOf, portOf, startScript } from "./registry";

test("the test CA validates on the real ports", () => {
  expect(JSON.parse(pebbleConfig(3600))).toEqual({
    pebble: {
      listenAddress: "0.0.0.0:14000",
      managementListenAddress: "127.0.0.1:15000",
      certificate: "/acme/tls.pem",
      privateKey: "/acme/tls.key",
      httpPort: 80,
      tlsPort: 443,
      certificateValidityPeriod: 3600,
    },
  });
});

test("certificates and keys are told apart", () => {
  const key = "-----BEGIN PRIVATE KEY-----\nAAA=\n-----END PRIVATE KEY-----\n";
  const certificate = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
  const pem = `noise\n${key}${certificate("BBB")}${certificate("CCC")}`;
  expect([keyOf(pem), certificatesOf(pem)]).toEqual([key, certificate("BBB") + certificate("CCC")]);
});

describe("registry", () => {
  const hosts = ["registry.gitlab.com", "registry.example.com:5050"];

  test("hosts have a name and a port", () => {
    expect(hosts.map((host) => [nameOf(host), portOf(host)])).toEqual([
      ["registry.gitlab.com", 443],
      ["registry.example.com", 5050],
    ]);
  });

  test("Docker Hub is asked under the name that Docker has for it", () => {
    expect(namesOf(["docker.io", ...hosts])).toEqual(["docker.io", "registry-1.docker.io", "registry.gitlab.com", "registry.example.com"]);
  });

  test.each([
    ["registry.gitlab.com/group/app/backend", "group/app/backend"],
    ["registry.gitlab.com/app:1.2", "app"],
    [`registry.example.com:5050/app@sha256:${"0".repeat(64)}`, "app"],
  ])("%s is pushed as %s", (name, path) => {
    expect(pathOf(name, hosts)).toBe(path);
  });

  test("an image of another host is refused, with the hosts that there are", () => {
    expect(() => pathOf("ghcr.io/app", hosts)).toThrow(
      "image ghcr.io/app: not of a host that this registry answers to: registry.gitlab.com, registry.example.com:5050",
    );
  });

  test("it listens where production's hosts say", () => {
    expect(startScript(hosts)).toBe(`REGISTRY_HTTP_ADDR=0.0.0.0:5000 docker-registry serve /registry/config.yml &
REGISTRY_HTTP_ADDR=0.0.0.0:443 docker-registry serve /registry/config.yml &
REGISTRY_HTTP_ADDR=0.0.0.0:5050 docker-registry serve /registry/config.yml &
wait
`);
  });
});
