#!/bin/sh
# Makes one image of those that build.sh pushed for each platform: publish.sh SERVICE IMAGE TAG
# Writes released/SERVICE: image, digest and time, as releases/<environment>.yaml has them.
set -eu
service=$1 image=$2 tag=$3
set --
for file in "digests/$service"/*; do
  [ -f "$file" ] || { echo "digests/$service: nothing was built" >&2; exit 1; }
  set -- "$@" "$image@$(cat "$file")"
done
docker buildx imagetools create --tag "$image:$tag" "$@"
# The first one is its own, those of its platforms follow.
digest=$(docker buildx imagetools inspect "$image:$tag" --format '{{json .Manifest}}' | tr ',' '\n' |
  sed -n 's/.*"digest": *"\(sha256:[0-9a-f]\{64\}\)".*/\1/p' | head -n 1)
if [ -z "$digest" ]; then
  echo "$image:$tag has no digest" >&2
  exit 1
fi
mkdir -p released
printf '%s %s %s\n' "$image" "$digest" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"released/$service"
echo "$service: $image@$digest"
