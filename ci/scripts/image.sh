#!/bin/sh
# An image by its digest: as this pipeline published it, or where it did not, as it is released: image.sh ENVIRONMENT SYSTEM SERVICE
set -eu
environment=$1 system=$2 service=$3
if [ -f "released/$service" ]; then
  read -r image digest _ <"released/$service"
  echo "$image@$digest"
  exit
fi
fleet=$(mktemp -d)
trap 'rm -rf "$fleet"' EXIT
"$(dirname "$0")/clone-fleet.sh" "$fleet/clone"
awk -v owner="$system" -v service="$service" '
  /^[^ #]/ { in_system = ($0 == owner ":"); in_service = 0 }
  in_system && /^  [^ #]/ { in_service = ($0 == "  " service ":") }
  in_service && $1 == "image:" { image = $2 }
  in_service && $1 == "digest:" { digest = $2 }
  END { if (image == "" || digest == "") exit 1; print image "@" digest }
' "$fleet/clone/releases/$environment.yaml" || {
  echo "$system.$service is not in releases/$environment.yaml" >&2
  exit 1
}
