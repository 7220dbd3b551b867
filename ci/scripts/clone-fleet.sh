#!/bin/sh
# Clones Flowfleet's repository with its history: clone-fleet.sh FOLDER
# FLEET_URL: its https address. FLEET_TOKEN: the token; git asks for it when it needs it, so that it is in no command line and in no file.
set -eu
: "${FLEET_URL:?is not set in this job: the https address of the repository of Flowfleet}"
[ -n "${FLEET_TOKEN:-}" ] || echo "FLEET_TOKEN is not set in this job: a token that may read $FLEET_URL" >&2
export GIT_TERMINAL_PROMPT=0
# shellcheck disable=SC2016 # the variable is read by the helper
git clone --quiet --config 'credential.helper=!f() { echo username=oauth2; echo "password=$FLEET_TOKEN"; }; f' "$FLEET_URL" "$1"
