#!/bin/sh
# Which parts changed: detect-changes.sh BASE
# Prints BACKEND_CHANGED=true|false and FRONTEND_CHANGED=true|false. Always ends well: without a BASE that git knows, everything changed.
# What is in no part's folder (a pipeline, a compose file) may change both; text for people (docs/, *.md at the
# top: what is in a part's folder may be in its image) changes none. A file that was moved has left one part and is in the other.
set -eu
base=${1:-}
backend=false frontend=false
if [ -z "$base" ] || ! files=$(git diff --no-renames --name-only "$base" HEAD -- 2>/dev/null); then
  echo "No commit to compare with: everything counts as changed" >&2
  backend=true frontend=true files=
fi
# Through a file: in a pipe the loop would be a process of its own.
list=$(mktemp)
printf '%s\n' "$files" >"$list"
while IFS= read -r file; do
  case $file in
  '' | docs/*) ;;
  "${BACKEND_DIR:-backend}"/*) backend=true ;;
  "${FRONTEND_DIR:-frontend}"/*) frontend=true ;;
  */*) backend=true frontend=true ;;
  *.md) ;;
  *) backend=true frontend=true ;;
  esac
done <"$list"
rm "$list"
echo "BACKEND_CHANGED=$backend"
echo "FRONTEND_CHANGED=$frontend"
