import type { Lines } from "../kernel/lines";
import { linesOf } from "../kernel/lines";

/** The server that pgAdmin shows to who logs in. The password of its role is asked for there: pgAdmin is not told. */
export const serversText = (server: { name: string; host: string; port: number; database: string; role: string }): Lines =>
  linesOf(
    JSON.stringify(
      {
        Servers: {
          1: {
            Name: server.name,
            Group: "Servers",
            Host: server.host,
            Port: server.port,
            MaintenanceDB: server.database,
            Username: server.role,
            SSLMode: "prefer",
          },
        },
      },
      null,
      2,
    ),
  );

/**
 * Its image takes a password when its volume is empty, and then never again. So one that is there is told of it before it starts, by a
 * program that has it from the file: not even in the container is it in a command line.
 */
export const startText = ({ email, password }: { email: string; password: string }): Lines => [
  "# Written by Flowfleet; a change makes the container anew.",
  "set -eu",
  "# Where it fails, its variables are none of the log's business.",
  "export TYPER_STANDARD_TRACEBACK=1 _TYPER_STANDARD_TRACEBACK=1",
  "if [ -s /var/lib/pgadmin/pgadmin4.db ]; then",
  "  cd /pgadmin4",
  "  told=$(/venv/bin/python3 - <<'END'",
  "import runpy, sys",
  `sys.argv = ["setup.py", "update-user", "${email}", "--admin", "--json", "--password", open("${password}").read().strip()]`,
  'runpy.run_path("setup.py", run_name="__main__")',
  "END",
  "  )",
  `  case $told in *"${email}"*) ;; *) echo "the password of ${email} is not set: $told" >&2; exit 1 ;; esac`,
  "fi",
  "exec /entrypoint.sh",
];
