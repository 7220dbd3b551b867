#!/bin/sh
# Fails when a stack is not what was deployed: drift.sh STACK
set -eu
cd "$(dirname "$0")/../.."
ci/fleet/prepare.sh
. ci/fleet/login.sh

history=$(npx pulumi stack history --stack "$1" --json --page-size 50)
commit=$(printf '%s' "$history" | node ci/fleet/deployed-commit.js)
commit=${commit% --resumed}
if [ "$commit" = nothing ]; then
  echo "$1 has never been deployed"
  exit
fi
# What is merged and not deployed is no drift: the program of the commit that runs looks.
checkout=$(mktemp -d)/checkout
git worktree add --quiet --detach "$checkout" "$commit"
cd "$checkout"
npm ci
npx pulumi install --no-dependencies
npx pulumi preview --stack "$1" --refresh --expect-no-changes --diff --non-interactive
