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

/** In its volume: the address of the account that the last start was for. */
const ACCOUNT = "/var/lib/pgadmin/flowfleet-account";

/**
 * Its image takes an account when its volume is empty, and then never again. So one that is there is told of another password before it
 * starts, by a program that has it from the file: not even in the container is it in a command line. For another address it makes another
 * account; the one of before keeps what it saved, and cannot log in any more.
 */
export const startText = ({ email, password }: { email: string; password: string }): Lines => [
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
  `told = {"PASSWORD": open("${password}").read().strip()}`,
  'sys.argv = ["setup.py", *(told.get(word, word) for word in sys.argv[1:])]',
  'runpy.run_path("setup.py", run_name="__main__")',
  "END",
  ")",
  "",
  "if [ -s /var/lib/pgadmin/pgadmin4.db ]; then",
  `  told=$(setup update-user '${email}' --admin --active --json --password PASSWORD)`,
  `  case $told in *"User not found"*) told=$(setup add-user '${email}' PASSWORD --admin --json) ;; esac`,
  `  case $told in *'${email}'*) ;; *) echo "the password of ${email} is not set: $told" >&2; exit 1 ;; esac`,
  `  before=$(cat ${ACCOUNT} 2>/dev/null || echo '${email}')`,
  `  [ "$before" = '${email}' ] || setup update-user "$before" --admin --inactive`,
  "fi",
  `echo '${email}' > ${ACCOUNT}`,
  "exec /entrypoint.sh",
];
