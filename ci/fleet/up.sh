#!/bin/sh
# Brings a stack to what this commit declares: up.sh STACK
set -eu
cd "$(dirname "$0")/../.."
ci/fleet/prepare.sh
. ci/fleet/login.sh

# Pipelines overtake each other, and old jobs can be started again: what is newer is not undone by them.
history=$(npx pulumi stack history --stack "$1" --json --page-size 50)
if deployed=$(printf '%s' "$history" | node ci/fleet/deployed-commit.js); then
  deployed=${deployed% --resumed}
  if [ "$deployed" != nothing ] && ! git merge-base --is-ancestor "$deployed" HEAD; then
    echo "$1 runs $deployed, which $(git rev-parse HEAD) does not go on from: it is newer, or of another branch. Nothing was deployed." >&2
    echo "To go back: commit that. To give up what another branch deployed: npx pulumi up --stack $1, by hand" >&2
    exit 1
  fi
fi
npx pulumi install --no-dependencies
npx pulumi up --stack "$1" --yes --non-interactive --policy-pack infra/policy
