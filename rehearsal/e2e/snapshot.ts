import type { Machine } from "../machines";
import type { World } from "./world";

/** What a failed step must leave as it was: files that we own with their content, containers with their images, networks, units that run. */
export async function snapshot(world: World, machine: Machine): Promise<string> {
  const folders =
    "/etc/nginx /etc/ssh /etc/systemd/system /etc/docker /etc/ufw /srv /opt/flowmaster-prod /opt/flowra /usr/local/lib/flowfleet /etc/flowfleet";
  const commands = [
    `find ${folders} -xdev \\( -type f -o -type l \\) ! -name '*.pyc' -printf '%p %m %u %l\\n' 2>/dev/null | sort`,
    `find ${folders} -xdev -type f ! -name '*.pyc' -exec sha256sum {} + 2>/dev/null | sort -k2`,
    "docker ps -a --no-trunc --format '{{.ID}} {{.Names}} {{.Image}} {{.State}}' | sort",
    "docker network ls --format '{{.Name}}' | sort",
    "ls -lR --time-style=+ /var/lib/flowfleet/environments 2>/dev/null",
    "systemctl list-units --type=service --state=running --no-legend --plain | awk '{print $1}' | grep -v -e '^user' -e session | sort",
  ];
  return world.on(machine, commands.join("\necho ---\n"), { timeout: 120_000 });
}
