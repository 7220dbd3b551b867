import { Host } from "../host/host";
import { record } from "../host/recording";
import { ContainerNetwork } from "./container-network";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const main = () => new Host("main", { address: "203.0.113.10", hostKey: KEY });
const made = (network: string, subnet: string) => record(() => new ContainerNetwork("net", { host: main(), network, subnet }));

it("is a bridge with the host as its gateway", async () => {
  const { steps, outputs } = await made("shop", "10.90.2.0/24");
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatchObject({ name: "net-bridge", noun: "network", removable: true });
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:service:ContainerNetwork::net",
    name: "shop",
    subnet: "10.90.2.0/24",
    gateway: "10.90.2.1",
  });
  expect(outputs["net"]).toEqual({ gateway: "10.90.2.1" });
});

it("gives each service two addresses that no other has", async () => {
  await record(() => {
    const network = new ContainerNetwork("net", { host: main(), network: "shop", subnet: "10.90.2.0/24" });
    expect(network.addresses(0)).toEqual(["10.90.2.10", "10.90.2.11"]);
    expect(network.addresses(1)).toEqual(["10.90.2.12", "10.90.2.13"]);
    const all = Array.from({ length: 59 }, (_, index) => network.addresses(index)).flat();
    expect(new Set(all).size).toBe(118);
    expect(all.at(-1)).toBe("10.90.2.127");
    expect(() => network.addresses(59)).toThrow("number 59: network shop (10.90.2.0/24) has room for 59 services");
    expect(() => network.addresses(-1)).toThrow(RangeError);
    expect(() => network.addresses(0.5)).toThrow(RangeError);
  });
});

it("is refused with a name or a subnet that is none, or too small for a service", async () => {
  await expect(made("My Shop", "10.90.2.1/24")).rejects.toThrow(
    'net/network: must be lower-case letters, digits and hyphens such as "flowmaster-staging"; got "My Shop"\n' +
      'net/subnet: must be an IPv4 subnet such as "10.90.2.0/24" whose address is its first, got "10.90.2.1/24"',
  );
  await expect(made("shop", "10.90.2.0/28")).rejects.toThrow("net/subnet: must have at least 32 addresses, got 10.90.2.0/28");
});
