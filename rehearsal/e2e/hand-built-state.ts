/** What is on a server that was set up by hand: to see that nothing was touched, and that nothing was lost. */
import { KEEPERS, type HandBuilt } from "./hand-built";

/**
 * Everything that a first contact must leave alone, a line each: files with the time of their last change, units, containers, processes, rules
 * of the firewall. The helper may be a newer one afterwards, and programs go on writing their logs.
 */
export async function everythingOf(server: HandBuilt): Promise<string[]> {
  const folders = "/boot /etc /home /opt /root /srv /usr /var/lib/dpkg /var/lib/flowfleet /var/spool /var/www";
  const commands = [
    `find ${folders} -xdev ! -path '/usr/local/lib/flowfleet*' ! -path '/opt/coreflow/logs/*' ! -name '*.pyc' ! -name __pycache__ \
      ! -path '*/.pm2/pm2.log' ! -path '*/.pm2/pids*' ! -path '/var/lib/flowfleet/locks*' -printf '%p %m %u %g %s %C@ %l\\n'`,
    "docker ps --all --no-trunc --quiet | xargs docker inspect --format '{{.Name}} {{.Id}} {{.State.Status}} {{.State.StartedAt}} {{.HostConfig.RestartPolicy.Name}}'",
    "docker network ls --format '{{.Name}} {{.ID}}'; docker volume ls --format '{{.Name}}'; docker images --no-trunc --quiet",
    "systemctl list-unit-files --no-legend --plain; systemctl show --property MainPID nginx docker",
    // Containers have processes with the same number of a user, among them the short-lived ones of health checks.
    "pgrep --ns 1 --nslist pid --uid ubuntu --list-full",
    "iptables-save | sed 's/\\[.*\\]//; /^#/d'",
  ];
  return (await server.on(commands.map((command) => `{ ${command}; } | sort`).join("\n"))).split("\n");
}

/** Folders with what the guide's layout has, and nginx' and certbot's own. */
const GUIDES = "/opt/coreflow /opt/backups /etc/nginx /etc/letsencrypt";
const BEFORE = "/var/lib/flowfleet/before";

/** A file or a link: where it is, and what is in it. */
export interface Kept {
  path: string;
  content: string;
}

/** All of them but log files, which go on. */
export async function contentsOf(server: HandBuilt): Promise<Kept[]> {
  const printed = await server.on(
    `find ${GUIDES} /home/ubuntu/.pm2/dump.pm2 ! -path '/opt/coreflow/logs/*' -type f -print0 | xargs -0 sha256sum
find ${GUIDES} -type l -printf 'link:%l  %p\\n'`,
  );
  return keptOf(printed);
}

const keptOf = (printed: string): Kept[] =>
  printed
    .trim()
    .split("\n")
    .map((line) => {
      const [, content = "", path = ""] = /^(.*?) {2}(.*)$/.exec(line) ?? [];
      return { path, content };
    });

/** Those that are neither where they were nor kept aside under their own path. */
export async function lostSince(server: HandBuilt, before: readonly Kept[]): Promise<string[]> {
  const printed = await server.on(
    `find ${GUIDES} ${BEFORE} /home/ubuntu -type f -print0 | xargs -0 sha256sum
find ${GUIDES} ${BEFORE} -type l -printf 'link:%l  %p\\n'`,
  );
  // A second thing that is kept of a path has a number behind it.
  const places = keptOf(printed).flatMap(({ path, content }) => {
    const at = path.startsWith(BEFORE) ? [path.slice(BEFORE.length), path.slice(BEFORE.length).replaceAll(/\.\d+(?=\/|$)/g, "")] : [path];
    return at.map((one) => `${one} ${content}`);
  });
  const found = new Set(places);
  return before.filter(({ path, content }) => !found.has(`${path} ${content}`)).map(({ path }) => path);
}

/** What each log of a service says by now: name -> text. */
export async function logsOf(server: HandBuilt): Promise<Record<string, string>> {
  const printed = await server.on(`cd /opt/coreflow/logs && for log in *.log; do echo "== $log"; cat "$log"; done`);
  const parts = printed.split(/^== (.*)\n/m).slice(1);
  return Object.fromEntries(parts.flatMap((name, at) => (at % 2 === 0 ? [[name, parts[at + 1] ?? ""]] : [])));
}

/** How much each service has in each store, what the Schema Registry knows, and who has an account of pgAdmin. */
export async function dataOf(server: HandBuilt): Promise<Record<string, unknown>> {
  const ask = async (url: string): Promise<unknown> => JSON.parse(await server.on(`curl -fsS ${url}`)) as unknown;
  const found: Record<string, unknown> = { schemas: await ask("http://127.0.0.1:8081/subjects"), pgadmin: await server.on(ACCOUNTS) };
  for (const [service, port] of Object.entries(KEEPERS))
    found[service] = await ask(`http://127.0.0.1:${port}${service === "api-gateway" ? "/api" : ""}/items`);
  return found;
}

const ACCOUNTS = `python3 -c '
import sqlite3
print(*[email for email, in sqlite3.connect("/var/lib/docker/volumes/infra_pgadmin_data/_data/pgadmin4.db").execute("SELECT email FROM user")], end="")
'`;
