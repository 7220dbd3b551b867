import { serverArgv, type ServerContainer } from "./server-argv";

const server: ServerContainer = {
  estate: "a1b2c3",
  network: "flowfleet-local-a1b2c3",
  containerName: "flowfleet-local-a1b2c3-main",
  name: "main",
  image: "flowfleet/server:debian-12-0123456789ab",
  address: "127.20.0.1",
  internalAddress: "10.213.0.10",
  ports: { 22: 20_022, 443: 443 },
  capabilities: ["CHOWN", "SYS_ADMIN"],
};

test("a server's container", () => {
  expect(serverArgv(server)).toEqual([
    "create",
    "--name=flowfleet-local-a1b2c3-main",
    "--hostname=main",
    "--label=flowfleet.estate=a1b2c3",
    "--label=flowfleet.machine=main",
    "--network=flowfleet-local-a1b2c3",
    "--ip=10.213.0.10",
    "--publish=127.20.0.1:20022:22",
    "--publish=127.20.0.1:443:443",
    "--cap-drop=ALL",
    "--cap-add=CHOWN",
    "--cap-add=SYS_ADMIN",
    "--security-opt=seccomp=unconfined",
    "--security-opt=apparmor=unconfined",
    "--cgroupns=host",
    "--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw",
    "--tmpfs=/run",
    "--tmpfs=/run/lock",
    "--volume=flowfleet-local-a1b2c3-main-docker:/var/lib/docker",
    "--volume=/var/lib/containerd",
    "--stop-timeout=30",
    "flowfleet/server:debian-12-0123456789ab",
  ]);
});

test("limits are Docker's, swap included", () => {
  expect(serverArgv({ ...server, memory: 2048, cpus: 1.5 }).slice(-4)).toEqual([
    "--memory=2048m",
    "--memory-swap=2048m",
    "--cpus=1.5",
    server.image,
  ]);
});
