import { baseRecipe } from "./base-image";
import { debootstrapArgv, treesFolder } from "./debootstrap";
import { osFacts } from "./os-facts";
import { serverRecipe } from "./server-image";
import { servicesRecipe } from "./services-image";
import { debPath } from "./ubuntu-keyring";

test("how the smallest tree is made from packages", () => {
  expect(debootstrapArgv(osFacts["ubuntu-24.04"], "/keys.gpg", "/tmp/root", "http://mirror.example.com/ubuntu")).toEqual([
    "--variant=minbase",
    "--components=main,universe",
    "--include=ca-certificates",
    "--keyring=/keys.gpg",
    "noble",
    "/tmp/root",
    "http://mirror.example.com/ubuntu",
    "/usr/share/debootstrap/scripts/gutsy",
  ]);
});

test("a tree is made where devices may be, whatever /tmp is mounted as, or where the user says", () => {
  expect([treesFolder({}), treesFolder({ TMPDIR: "" }), treesFolder({ TMPDIR: "/big" })]).toEqual(["/var/tmp", "/var/tmp", "/big"]);
});

test("the base has the machine's way to its mirrors, once", () => {
  const settings = { aptConf: 'Acquire::Retries "3";\n', mirrors: {}, authorities: { "own.crt": "PEM" } };
  const { dockerfile, files } = baseRecipe("debian-12", "flowfleet/root:x", settings);
  expect(dockerfile).toBe(`FROM flowfleet/root:x
COPY files/ /
RUN rm -f /etc/apt/sources.list.d/*.sources /etc/apt/apt.conf.d/docker-clean && mkdir -p /var/cache/apt/archives/partial /var/lib/apt/lists/partial \\
 && apt-get update -q && apt-get install -y -q --no-install-recommends ca-certificates && update-ca-certificates && apt-get clean
`);
  expect(files).toMatchObject({
    "files/etc/apt/apt.conf.d/80machine": 'Acquire::Languages "none";\nAcquire::Retries "3";\n',
    "files/usr/local/share/ca-certificates/own.crt": "PEM",
  });
});

test("a server holds what a provider's bare server holds, no more, and none of the shortcuts of images", () => {
  const { dockerfile } = serverRecipe("debian-12", "flowfleet/base:x");
  expect(dockerfile).toBe(`FROM flowfleet/base:x
RUN rm -f /usr/sbin/policy-rc.d /etc/dpkg/dpkg.cfg.d/rehearsal-slim /etc/apt/apt.conf.d/*rehearsal-slim /etc/apt/apt.conf.d/docker-* \\
 && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends systemd systemd-sysv libpam-systemd dbus openssh-server sudo curl iproute2 procps python3 netbase \\
 && apt-get clean && rm -f /etc/ssh/ssh_host_*_key* && : > /etc/machine-id
COPY files/ /
RUN systemctl enable host-keys.service && mkdir -m 700 -p /root/.ssh
ENV container=docker
STOPSIGNAL SIGRTMIN+3
CMD ["/bin/sh", "-c", "mount --make-rshared / && exec /sbin/init"]
`);
});

test("on Ubuntu a server has needrestart and, as its Docker insists, may write the settings of its own network", () => {
  const [debian, ubuntu] = (["debian-12", "ubuntu-24.04"] as const).map((os) => serverRecipe(os, "flowfleet/base:x"));
  expect(Object.keys(debian?.files ?? {})).toEqual(["files/etc/systemd/system/host-keys.service"]);
  expect(Object.keys(ubuntu?.files ?? {})).toEqual([
    "files/etc/systemd/system/host-keys.service",
    "files/etc/systemd/system/network-settings.service",
  ]);
  expect(ubuntu?.dockerfile).toContain(" python3 netbase needrestart \\\n");
  expect(ubuntu?.dockerfile).toContain("RUN systemctl enable host-keys.service network-settings.service && ");
});

test("what runs beside the servers is one image", () => {
  expect(servicesRecipe("flowfleet/base:x").dockerfile).toBe(`FROM flowfleet/base:x
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends pebble docker-registry git openssh-server openssl curl iproute2 python3 && apt-get clean
`);
});

test("a package is found in a mirror's index by its whole name", () => {
  const index = `Package: ubuntu-keyring-extra
Filename: pool/extra.deb

Package: ubuntu-keyring
Version: 1
Filename: pool/main/u/ubuntu-keyring/ubuntu-keyring_1_all.deb
Size: 1
`;
  expect([debPath(index, "ubuntu-keyring"), debPath(index, "keyring")]).toEqual([
    "pool/main/u/ubuntu-keyring/ubuntu-keyring_1_all.deb",
    undefined,
  ]);
});
