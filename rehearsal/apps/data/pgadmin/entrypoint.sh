#!/bin/bash
# With an empty volume: an account PGADMIN_DEFAULT_EMAIL with the password in the file PGADMIN_DEFAULT_PASSWORD_FILE. The servers of
# PGADMIN_SERVER_JSON_FILE are the account's at the first start, with PGADMIN_REPLACE_SERVERS_ON_STARTUP at each.
set -euo pipefail

data=/var/lib/pgadmin
distribution="${PGADMIN_CUSTOM_CONFIG_DISTRO_FILE:-/pgadmin4/config_distro.py}"
echo "LOG_FILE = '/dev/null'" > "$distribution"
PYTHONPATH="$(dirname "$distribution"):$PYTHONPATH"
export PYTHONPATH

first=
if [[ ! -s $data/pgadmin4.db ]]; then
  first=yes
  : "${PGADMIN_DEFAULT_EMAIL:?names the account}" "${PGADMIN_DEFAULT_PASSWORD_FILE:?has its password}"
  PGADMIN_SETUP_EMAIL="$PGADMIN_DEFAULT_EMAIL" PGADMIN_SETUP_PASSWORD="$(< "$PGADMIN_DEFAULT_PASSWORD_FILE")" \
    /venv/bin/python3 setup.py setup-db > /dev/null
fi
if [[ -s ${PGADMIN_SERVER_JSON_FILE:-} && (-n $first || ${PGADMIN_REPLACE_SERVERS_ON_STARTUP:-} == True) ]]; then
  /venv/bin/python3 setup.py load-servers "$PGADMIN_SERVER_JSON_FILE" --user "$PGADMIN_DEFAULT_EMAIL" --replace > /dev/null
fi
exec /venv/bin/python3 -m gunicorn --bind "${PGADMIN_LISTEN_ADDRESS:-[::]}:${PGADMIN_LISTEN_PORT:-80}" --workers 1 --threads 25 \
  --worker-class gthread --worker-tmp-dir /tmp --log-level warning pgAdmin4:app
