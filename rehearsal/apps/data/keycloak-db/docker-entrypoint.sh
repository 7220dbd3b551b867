#!/bin/bash
# In an empty data directory: a cluster with POSTGRES_USER, the password of POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE, and POSTGRES_DB.
# After that those variables change nothing. Over the local socket anyone inside is trusted, over the network a password is asked for.
set -euo pipefail

[[ "${1:-}" == -* ]] && set -- postgres "$@"

if [[ "$1" == postgres && "$(id -u)" == 0 ]]; then
  install -d -o postgres -g postgres -m 0700 "$PGDATA"
  chown -R postgres:postgres "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
fi

make_cluster() {
  local user="${POSTGRES_USER:-postgres}" password="${POSTGRES_PASSWORD:-}"
  local database="${POSTGRES_DB:-$user}"
  [[ -z "${POSTGRES_PASSWORD_FILE:-}" ]] || password="$(< "$POSTGRES_PASSWORD_FILE")"
  if [[ -z "$password" ]]; then
    echo "there is no database yet, and neither POSTGRES_PASSWORD nor POSTGRES_PASSWORD_FILE is set" >&2
    exit 1
  fi
  chmod 0700 "$PGDATA" 2> /dev/null || true
  # shellcheck disable=SC2086 # Words of it are options.
  initdb --username="$user" --pwfile=<(printf '%s\n' "$password") --auth-local=trust --auth-host=scram-sha-256 ${POSTGRES_INITDB_ARGS:-}
  printf 'host all all all scram-sha-256\n' >> "$PGDATA/pg_hba.conf"
  if [[ "$database" != postgres ]]; then
    pg_ctl --wait --options="-c listen_addresses=''" start
    psql --username="$user" --dbname=postgres --no-psqlrc --set=ON_ERROR_STOP=1 --set=database="$database" <<< 'CREATE DATABASE :"database";'
    pg_ctl --wait --mode=fast stop
  fi
}

if [[ "$1" == postgres ]]; then
  [[ -s "$PGDATA/PG_VERSION" ]] || make_cluster
  unset POSTGRES_PASSWORD
  shift
  set -- postgres -c listen_addresses='*' "$@"
fi
exec "$@"
