#!/bin/sh
# Types are right, it builds, and the bundle is below 10 MB: test-frontend.sh [FOLDER]
set -eu
cd "${1:-frontend}"
limit=$((${BUNDLE_LIMIT_MB:-10} * 1024 * 1024))
npm ci
npx --no-install tsc --noEmit
npm run build
# Browsers load no source maps.
size=$(find "${BUNDLE_DIR:-dist}" -type f ! -name '*.map' -exec cat {} + | wc -c)
echo "bundle: $size bytes of $limit"
if [ "$size" -eq 0 ]; then
  echo "${BUNDLE_DIR:-dist} is empty: BUNDLE_DIR must be the folder that npm run build writes" >&2
  exit 1
fi
if [ "$size" -ge "$limit" ]; then
  echo "The bundle must be below ${BUNDLE_LIMIT_MB:-10} MB. The largest files:" >&2
  find "${BUNDLE_DIR:-dist}" -type f ! -name '*.map' -exec wc -c {} + | grep -v ' total$' | sort -rn | head -n 5 >&2
  exit 1
fi
