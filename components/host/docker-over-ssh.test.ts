import type * as docker from "@pulumi/docker";
import { dockerAddress, sshOptions } from "./docker-over-ssh";
import { Host } from "./host";
import type { HostArgs } from "./host";
import { HostStep } from "./host-step";
import { record } from "./recording";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const MAIN: HostArgs = { address: "203.0.113.10", hostKey: `${KEY} root@main` };
const PINNED = [
  ...["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"],
  ...["-o", "UserKnownHostsFile=/dev/null", "-o", "GlobalKnownHostsFile=/dev/null"],
  ...["-o", `KnownHostsCommand=/bin/echo %H ${KEY}`],
];

it("talks to nobody but the machine with this key", () => {
  const door = { address: "203.0.113.10", port: 22, user: "deploy", hostKey: `${KEY} root@main` };
  expect(dockerAddress(door)).toBe("ssh://deploy@203.0.113.10:22");
  expect(dockerAddress({ ...door, address: "2001:db8::1", port: 2222 })).toBe("ssh://deploy@[2001:db8::1]:2222");
  expect(sshOptions(door)).toEqual(PINNED);
});

it("goes through a bastion, whose key is pinned too", () => {
  const door = { address: "10.0.0.5", port: 22, user: "deploy", hostKey: KEY };
  const bastion = { address: "203.0.113.1", port: 2222, user: "jump's", hostKey: KEY };
  expect(sshOptions(door, bastion)).toEqual([
    ...PINNED,
    "-o",
    "ProxyCommand=ssh -W '[%h]:%p' -l 'jump'\\''s' -p 2222 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/dev/null " +
      `-o GlobalKnownHostsFile=/dev/null -o 'KnownHostsCommand=/bin/echo %%H ${KEY}' 203.0.113.1`,
  ]);
});

describe("Docker of a host", () => {
  const asked = (args: HostArgs, times = 2) =>
    record(() => {
      const host = new Host("main", args);
      const providers = Array.from({ length: times }, (): docker.Provider => host.docker);
      expect(new Set(providers).size).toBe(1);
    });

  it("lets the deploy user in first, once", async () => {
    const { resources, steps } = await asked(MAIN);
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ name: "main-access", noun: "docker-access", removable: true });
    expect(steps[0]?.document).toEqual({ owner: "urn:pulumi:test::flowfleet::flowfleet:host:Host::main", user: "deploy" });
    const provider = resources.find(({ type }) => type === "pulumi:providers:docker");
    expect(provider?.name).toBe("main-docker");
    expect(provider?.inputs).toEqual({ host: "ssh://deploy@203.0.113.10:22", sshOpts: JSON.stringify(PINNED) });
  });

  it("is not there where nobody asked for it", async () => {
    const { resources } = await record(() => new Host("main", MAIN));
    expect(resources.map(({ type }) => type)).toEqual(["flowfleet:host:Host"]);
  });

  it("goes the way of the host's bastion", async () => {
    const { resources } = await asked({ ...MAIN, bastion: { address: "203.0.113.1", user: "jump", hostKey: KEY } });
    expect(resources.find(({ type }) => type === "pulumi:providers:docker")?.inputs["sshOpts"]).toContain(
      "ProxyCommand=ssh -W '[%h]:%p' -l jump -p 22 ",
    );
  });

  it("is refused where the key for SSH is in the configuration", async () => {
    await expect(asked({ ...MAIN, privateKey: "PRIVATE" })).rejects.toThrow(
      "main/privateKey: Docker on this machine is spoken to by ssh itself, which takes no key from the configuration; " +
        "leave the key out and load it into the SSH agent",
    );
  });

  it("is part of the chain, so that steps after it come after it", async () => {
    const { steps } = await record(() => {
      const host = new Host("main", MAIN);
      expect(host.docker).toBeDefined();
      new HostStep("next", { host, noun: "swap", document: {} }, { parent: host });
    });
    expect(steps.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
      ["main-access", []],
      ["next", ["main-access"]],
    ]);
  });
});
