#!/bin/bash
# In an empty data directory: user MONGO_INITDB_ROOT_USERNAME with role root and the password of MONGO_INITDB_ROOT_PASSWORD or
# MONGO_INITDB_ROOT_PASSWORD_FILE. With these variables authentication is on; after the first start they change nothing else.
set -euo pipefail

[[ "${1:-}" == -* ]] && set -- mongod "$@"

if [[ "${1:-}" == mongod && "$(id -u)" == 0 ]]; then
  chown -R mongodb:mongodb /data/db /data/configdb
  exec setpriv --reuid=mongodb --regid=mongodb --clear-groups "$0" "$@"
fi
[[ "${1:-}" == mongod ]] || exec "$@"

# On 127.0.0.1 of the port that is to be, without logins, as the official image has it: a health check has to tell them apart.
make_root() {
  mongod --dbpath=/data/db --bind_ip=127.0.0.1 --port=27017 --fork --logpath=/tmp/first-start.log > /dev/null
  ROOT_USER="$1" ROOT_PASSWORD="$2" mongosh --quiet --port 27017 admin --eval \
    'db.createUser({user: process.env.ROOT_USER, pwd: process.env.ROOT_PASSWORD, roles: ["root"]})' > /dev/null
  mongod --dbpath=/data/db --shutdown > /dev/null
  rm -f /tmp/first-start.log
}

user="${MONGO_INITDB_ROOT_USERNAME:-}" password="${MONGO_INITDB_ROOT_PASSWORD:-}"
[[ -z "${MONGO_INITDB_ROOT_PASSWORD_FILE:-}" ]] || password="$(< "$MONGO_INITDB_ROOT_PASSWORD_FILE")"
unset MONGO_INITDB_ROOT_PASSWORD
if [[ -n "$user" ]]; then
  if [[ -z "$password" ]]; then
    echo "MONGO_INITDB_ROOT_USERNAME is set, but neither MONGO_INITDB_ROOT_PASSWORD nor MONGO_INITDB_ROOT_PASSWORD_FILE" >&2
    exit 1
  fi
  [[ -e /data/db/WiredTiger ]] || make_root "$user" "$password"
  set -- "$@" --auth
fi
[[ " $* " == *" --bind_ip"* ]] || set -- "$@" --bind_ip_all
exec "$@"
