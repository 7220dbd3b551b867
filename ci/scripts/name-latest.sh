#!/bin/sh
# What was published and tested gets the name `latest`, for people; deployments go by digest: name-latest.sh SERVICE
set -eu
read -r image digest _ <"released/$1"
docker buildx imagetools create --tag "$image:latest" "$image@$digest"
