#!/bin/sh
# No verified secret in what is new: security-secrets.sh BASE. Stops the pipeline.
# Without a BASE that git knows, the whole history is looked at.
set -eu
base=${1:-}
set -- git "file://$PWD" --results=verified --fail --no-update
if [ -n "$base" ] && git cat-file -e "$base^{commit}" 2>/dev/null; then
  set -- "$@" --since-commit "$base"
fi
trufflehog "$@"
