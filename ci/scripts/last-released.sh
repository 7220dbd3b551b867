#!/bin/sh
# The application's commit that was released last to an environment: last-released.sh ENVIRONMENT SYSTEM
# release.sh has noted it in Flowfleet's repository. Prints nothing where there is none, or where that repository cannot be read.
# What changed is counted from there, not from the push before, whose pipeline may have failed.
set -eu
fleet=$(mktemp -d)
trap 'rm -rf "$fleet"' EXIT
if "$(dirname "$0")/clone-fleet.sh" "$fleet/clone"; then
  git -C "$fleet/clone" log -1 --format="%(trailers:key=Released-$2,valueonly,separator=%x2C)" --grep "^Released-$2: " -- "releases/$1.yaml" |
    cut -d , -f 1
fi
