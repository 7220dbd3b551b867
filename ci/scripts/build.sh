#!/bin/sh
# Builds an image for one platform and pushes it under no name but its digest: build.sh SERVICE IMAGE CONTEXT DOCKERFILE [PLATFORM]
# Writes the digest into digests/SERVICE/, for publish.sh. The registry's login is the job's.
set -eu
service=$1 image=$2 context=$3 dockerfile=$4 platform=${5:-linux/amd64}
mkdir -p "digests/$service"
metadata=$(mktemp)
docker buildx build --platform "$platform" --file "$dockerfile" --metadata-file "$metadata" \
  --output "type=image,name=$image,push-by-digest=true,name-canonical=true,push=true" "$context"
digest=$(sed -n 's/.*"containerimage\.digest": *"\(sha256:[0-9a-f]\{64\}\)".*/\1/p' "$metadata")
rm "$metadata"
if [ -z "$digest" ]; then
  echo "docker buildx wrote no digest of $service for $platform" >&2
  exit 1
fi
printf '%s\n' "$digest" >"digests/$service/$(printf '%s' "$platform" | tr / -)"
echo "$service for $platform: $image@$digest"
