#!/bin/sh
# The images together, until the health check of each service says healthy: integration-tests.sh COMPOSE-FILE SERVICE…
# The file takes them from BACKEND_IMAGE and the like: by digest. Needs a health check for each service that is named.
set -eu
file=$1
shift
compose() { docker compose --project-name "integration-${CI_JOB_ID:-${GITHUB_RUN_ID:-$$}}" --file "$file" "$@"; }
finish() {
  status=$?
  [ "$status" -eq 0 ] || compose logs --no-color --tail 100 || true
  compose down --volumes --remove-orphans --timeout 5
  exit "$status"
}
trap finish EXIT
compose up --detach --wait --wait-timeout "${HEALTH_TIMEOUT:-300}"
for service; do
  # `--wait` is content with a service that has no health check.
  health=$(docker inspect --format '{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}' "$(compose ps --quiet "$service")")
  echo "$service: $health"
  [ "$health" = healthy ]
done
