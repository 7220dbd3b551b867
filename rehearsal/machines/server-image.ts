import type { Run, ServerOs } from "./api";
import { baseImage } from "./base-image";
import { networkSettingsUnit } from "./network-settings";
import { osFacts } from "./os-facts";
import { buildImage, type Recipe } from "./recipe";

/** A server as a provider hands it over, as an image. Built once for each recipe and machine. */
export const serverImage = async (os: ServerOs, run: Run = {}): Promise<string> =>
  buildImage(serverRecipe(os, await baseImage(os, run)), run);

// On a machine systemd shares mounts with whom it starts, and needs that to hand a unit its credentials; in a container it takes what it finds.
/** What every provider's bare server holds. Nothing that the program has to install belongs here. */
const PACKAGES = "systemd systemd-sysv libpam-systemd dbus openssh-server sudo curl iproute2 procps python3 netbase";

export const serverRecipe = (os: ServerOs, base: string): Recipe => ({
  name: "server",
  variant: os,
  dockerfile: `FROM ${base}
RUN rm -f /usr/sbin/policy-rc.d /etc/dpkg/dpkg.cfg.d/rehearsal-slim /etc/apt/apt.conf.d/*rehearsal-slim /etc/apt/apt.conf.d/docker-* \\
 && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ${[PACKAGES, ...osFacts[os].packages].join(" ")} \\
 && apt-get clean && rm -f /etc/ssh/ssh_host_*_key* && : > /etc/machine-id
COPY files/ /
RUN systemctl enable ${Object.keys(units(os)).join(" ")} && mkdir -m 700 -p /root/.ssh
ENV container=docker
STOPSIGNAL SIGRTMIN+3
CMD ["/bin/sh", "-c", "mount --make-rshared / && exec /sbin/init"]
`,
  files: Object.fromEntries(Object.entries(units(os)).map(([name, text]) => [`files/etc/systemd/system/${name}`, text])),
});

const units = (os: ServerOs): Record<string, string> => ({
  "host-keys.service": hostKeys,
  ...(osFacts[os].dockerWritesSettings && { "network-settings.service": networkSettingsUnit }),
});

/** A provider's first boot makes the host keys of every kind; the estate has put the ed25519 one there before. */
const hostKeys = `[Unit]
Description=Make the host keys that are missing
Before=ssh.service

[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -A

[Install]
WantedBy=multi-user.target
`;
