#!/bin/sh
# A workspace of pnpm builds and passes its tests: test-workspace.sh
set -eu
pnpm install --frozen-lockfile
pnpm run build
pnpm run --if-present test
