#!/bin/sh
# Production, by hand: production.sh STACK [DIGEST]
# Without a digest: the plan of all that is merged and not deployed, to be read. With the digest of the plan that was read: exactly that.
set -eu
cd "$(dirname "$0")/../.."
stack=$1 digest=${2:-}
ci/fleet/prepare.sh
. ci/fleet/login.sh

updates() { npx pulumi stack history --stack "$stack" --json --page-size 50; }
history=$(updates)
base=$(printf '%s' "$history" | node ci/fleet/deployed-commit.js)
resumed=
case $base in *" --resumed") resumed=--resumed base=${base% --resumed} ;; esac
echo "$stack runs: $base${resumed:+ (a later update failed)}"

temporary=$(mktemp -d)
# Plans that other jobs kept are not asked: what is compared here decides.
plan() { npx flowfleet plan --stack "$stack" --against "$base" --no-cache "$@"; }
if [ -z "$digest" ]; then
  # With 3 a mandatory rule is broken: the page says which.
  broken=0
  plan --format json --out "$temporary/plan.json" || broken=$?
  case $broken in 0 | 3) ;; *) exit "$broken" ;; esac
  npx flowfleet review --report "$temporary/plan.json"
  node ci/fleet/digests.js "$temporary/plan.json"
  echo "Nothing was deployed. Read flowfleet-plan/plan.html: with its digest $stack is deployed (docs/pipelines.md)."
  exit "$broken"
fi

npx pulumi install --no-dependencies
npx pulumi preview --stack "$stack" --json --non-interactive --policy-pack infra/policy >"$temporary/preview.json" || {
  status=$?
  node ci/fleet/said.js "$temporary/preview.json"
  exit "$status"
}
# shellcheck disable=SC2086 # --resumed or nothing
plan --expect "$digest" --preview "$temporary/preview.json" $resumed
# An update holds a lock, these three do not: whoever made one meanwhile changed what was compared.
if [ "$(updates)" != "$history" ]; then
  echo "$stack was updated by somebody else while this was compared. Nothing was deployed: run this again" >&2
  exit 1
fi
npx pulumi up --stack "$stack" --yes --skip-preview --non-interactive --policy-pack infra/policy
