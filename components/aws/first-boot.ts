import { stringify } from "yaml";
import { FIRST_RUN } from "../host/bootstrap";
import type { OperatingSystem } from "../host/operating-system";
import type { HostKeyPair } from "./first-key";

/** Who may log in to a new machine of the image's maker, and become root there. */
export const imageUser = (os: OperatingSystem): string => (os.startsWith("ubuntu") ? "ubuntu" : "admin");

/** What the machine does at its first boot (cloud-init): it takes a host key that is known, before sshd starts, and lets those in who deploy. */
export const userData = (key: HostKeyPair, authorizedKeys: readonly string[]): string =>
  `#cloud-config\n${stringify(
    {
      ssh_deletekeys: true,
      ssh_keys: { ecdsa_private: key.private, ecdsa_public: key.public },
      ssh_authorized_keys: authorizedKeys,
      disable_root: true,
      ssh_pwauth: false,
    },
    { lineWidth: 0 },
  )}`;

/**
 * The first thing that is done on the machine, by its first host key: what `flowfleet bootstrap` does, with the same document on stdin. It
 * makes host keys of other kinds, which nobody was told, and answers with the one to pin. Safe to repeat: the first key is good until it is dropped.
 */
export const FIRST_CONTACT = `cloud-init status --wait > /dev/null 2>&1 || true; sudo -n ${FIRST_RUN}`;

/** The second thing, by the key that `FIRST_CONTACT` answered with: the machine no longer has the one that whatever runs on it can read. */
export const DROP_FIRST_KEY =
  "sudo -n rm -f /etc/ssh/ssh_host_ecdsa_key /etc/ssh/ssh_host_ecdsa_key.pub && sudo -n systemctl try-reload-or-restart ssh";
