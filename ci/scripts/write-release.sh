#!/bin/sh
# Writes what publish.sh noted into a release file: write-release.sh FILE SYSTEM SERVICE RELEASED
# Changes image, digest and builtAt of that service, takes `rollback` out, and leaves every other line as it is.
set -eu
file=$1 system=$2 service=$3
read -r image digest built_at <"$4"
new=$(mktemp)
awk -v owner="$system" -v service="$service" -v image="$image" -v digest="$digest" -v built_at="$built_at" '
  /^[^ #]/ { in_system = ($0 == owner ":"); in_service = 0 }
  in_system && /^  [^ #]/ { in_service = ($0 == "  " service ":") }
  in_service && /^    rollback:/ { next }
  in_service && /^    image:/ { $0 = "    image: " image; done++ }
  in_service && /^    digest:/ { $0 = "    digest: " digest; done++ }
  in_service && /^    builtAt:/ { $0 = "    builtAt: " built_at; done++ }
  { print }
  END { exit done == 3 ? 0 : 1 }
' "$file" >"$new" || {
  rm "$new"
  echo "$file: $system.$service is not there with image, digest and builtAt: add it by a merge request first" >&2
  exit 1
}
# Not by mv: the file keeps its mode.
cat "$new" >"$file"
rm "$new"
