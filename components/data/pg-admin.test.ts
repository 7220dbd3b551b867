import * as pulumi from "@pulumi/pulumi";
import { record } from "../host/recording";
import { ContainerNetwork } from "../service/container-network";
import { exampleHost, examplePlace } from "./example-place";
import { PgAdmin } from "./pg-admin";
import type { PgAdminArgs } from "./pg-admin";
import { serversText, startText } from "./pg-admin-text";
import { Postgres } from "./postgres";

const made = (args: Partial<PgAdminArgs> = {}, version = "9.16") =>
  record(() => {
    const host = exampleHost();
    const network = new ContainerNetwork("net", { host, network: "coreflow", subnet: "10.92.1.0/24" });
    const passwords = { password: "a", superuserPassword: "b" };
    const role = { volume: "postgres_data", database: "coreflow", role: "shop", ...passwords };
    const postgres = new Postgres("db", { ...examplePlace(host, network, "postgres", 0), ...role });
    const place = examplePlace(host, network, "pgadmin", 5);
    new PgAdmin("admin", {
      ...place,
      image: { ...place.image, version },
      user: "5050:0",
      postgres,
      email: "ops@example.com",
      password: pulumi.secret("pencil"),
      volume: "pgadmin_data",
      ...args,
    });
  });

it("shows one server, and asks for the password of its role", () => {
  expect(serversText({ name: "coreflow", host: "postgres", port: 5432, database: "coreflow", role: "shop" })).toEqual([
    "{",
    '  "Servers": {',
    '    "1": {',
    '      "Name": "coreflow",',
    '      "Group": "Servers",',
    '      "Host": "postgres",',
    '      "Port": 5432,',
    '      "MaintenanceDB": "coreflow",',
    '      "Username": "shop",',
    '      "SSLMode": "prefer"',
    "    }",
    "  }",
    "}",
  ]);
});

it("is told of another password or account before it starts, by no command line", () => {
  expect(startText({ email: "ops@example.com", password: "/run/flowfleet/password" })).toEqual([
    "# Written by Flowfleet; a change makes the container anew.",
    "set -eu",
    "# Where it fails, its variables are none of the log's business.",
    "export TYPER_STANDARD_TRACEBACK=1 _TYPER_STANDARD_TRACEBACK=1",
    "",
    "# What pgAdmin's setup.py says to these words, of which PASSWORD stands for the password.",
    "setup() (",
    "  cd /pgadmin4",
    "  /venv/bin/python3 - \"$@\" <<'END'",
    "import runpy, sys",
    'told = {"PASSWORD": open("/run/flowfleet/password").read().strip()}',
    'sys.argv = ["setup.py", *(told.get(word, word) for word in sys.argv[1:])]',
    'runpy.run_path("setup.py", run_name="__main__")',
    "END",
    ")",
    "",
    "if [ -s /var/lib/pgadmin/pgadmin4.db ]; then",
    "  told=$(setup update-user 'ops@example.com' --admin --active --json --password PASSWORD)",
    `  case $told in *"User not found"*) told=$(setup add-user 'ops@example.com' PASSWORD --admin --json) ;; esac`,
    `  case $told in *'ops@example.com'*) ;; *) echo "the password of ops@example.com is not set: $told" >&2; exit 1 ;; esac`,
    "  before=$(cat /var/lib/pgadmin/flowfleet-account 2>/dev/null || echo 'ops@example.com')",
    `  [ "$before" = 'ops@example.com' ] || setup update-user "$before" --admin --inactive`,
    "fi",
    "echo 'ops@example.com' > /var/lib/pgadmin/flowfleet-account",
    "exec /entrypoint.sh",
  ]);
});

it("is a container that writes to nothing but its volume, with its password in a file", async () => {
  const { resources, steps } = await made();
  const container = resources.find(({ inputs }) => inputs["name"] === "flowra-pgadmin" && "envs" in inputs)?.inputs;
  expect(container).toMatchObject({
    entrypoints: ["/bin/bash", "/etc/flowfleet/start.sh"],
    envs: [
      "PGADMIN_CUSTOM_CONFIG_DISTRO_FILE=/tmp/config_distro.py",
      "PGADMIN_DEFAULT_EMAIL=ops@example.com",
      "PGADMIN_DEFAULT_PASSWORD_FILE=/run/flowfleet/password",
      "PGADMIN_DISABLE_POSTFIX=1",
      "PGADMIN_LISTEN_ADDRESS=0.0.0.0",
      "PGADMIN_LISTEN_PORT=5050",
      "PGADMIN_REPLACE_SERVERS_ON_STARTUP=True",
      "PGADMIN_SERVER_JSON_FILE=/etc/flowfleet/servers.json",
    ],
    mounts: [
      { source: "pgadmin_data", target: "/var/lib/pgadmin" },
      { source: "/opt/flowra/services/pgadmin", target: "/etc/flowfleet" },
      { source: "/opt/flowra/secrets/pgadmin", target: "/run/flowfleet" },
    ],
    readOnly: true,
    tmpfs: { "/tmp": "size=64m" },
    healthcheck: { tests: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:5050/misc/ping"] },
  });
  expect(JSON.stringify(container)).not.toContain("pencil");
  // Any version of pgAdmin takes what is in its volume along.
  expect(steps.filter(({ noun }) => noun === "volume").map(({ document }) => document["volume"])).toEqual(["postgres_data"]);
});

it("is refused in a version that needs a capability, or without an address", async () => {
  await expect(made({ email: 'ops"@example.com' }, "9.9")).rejects.toThrow(
    'admin/image/version: must be 9.16 or newer, the first one that starts without a capability; got "9.9"\n' +
      'admin/email: must be an address of mail; got "ops\\"@example.com"; allowed: such as "ops@example.com"',
  );
  await expect(made({}, "10.0")).resolves.toBeDefined();
});
