#!/bin/sh
# Commits what publish.sh noted in released/ to releases/<environment>.yaml of Flowfleet's repository: release.sh ENVIRONMENT SYSTEM COMMIT WAY
# WAY is `push` (its pipeline deploys), or `merge-request` (people read the plan first). COMMIT is the application's.
# FLEET_BRANCH: Flowfleet's default branch (main). FLEET_FORGE: gitlab or github, where a merge request is to be made.
set -eu
environment=$1 system=$2 commit=$3 way=$4
case $way in push | merge-request) ;; *) echo "release.sh: $way: must be push or merge-request" >&2; exit 2 ;; esac
scripts=$(cd "$(dirname "$0")" && pwd)
released=$PWD/released
main=${FLEET_BRANCH:-main}
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
fleet=$temporary/fleet
"$scripts/clone-fleet.sh" "$fleet"
cd "$fleet"
git config user.name "${FLEET_USER_NAME:-$system release}"
git config user.email "${FLEET_USER_EMAIL:-release@localhost}"

branch=release-$system-$environment
title="$system in $environment: $(printf '%s' "$commit" | cut -c 1-12)"
# On what is there now; ends with 1 where nothing is new.
commit_release() {
  git fetch --quiet origin "$main"
  git checkout --quiet -B "$branch" "origin/$main"
  for service in "$released"/*; do
    [ -f "$service" ] || { echo "released/: nothing was published" >&2; exit 1; }
    "$scripts/write-release.sh" "releases/$environment.yaml" "$system" "$(basename "$service")" "$service"
  done
  if git diff --quiet; then
    echo "$title: is there already"
    exit 0
  fi
  git commit --quiet --all --message "$title" --message "Released-$system: $commit"
}

if [ "$way" = push ]; then
  # Others push, too: once more on top of what they pushed.
  for _ in 1 2 3 4 5; do
    commit_release
    if git push --quiet origin "HEAD:$main"; then
      echo "$title: pushed"
      exit 0
    fi
  done
  echo "$title: could not be pushed to $main" >&2
  exit 1
fi

if [ "${FLEET_FORGE:-gitlab}" = github ] && ! command -v gh >/dev/null; then
  echo "FLEET_FORGE=github: gh is not in this job's image, and without it there is no pull request: take an image that has it" >&2
  exit 2
fi
commit_release
case ${FLEET_FORGE:-gitlab} in
gitlab)
  # A push with options that has nothing to push may end with a broken pipe (git 2.39).
  [ "$(git ls-remote origin "refs/heads/$branch" | cut -f 1)" = "$(git rev-parse HEAD)" ] ||
    git push --quiet --force -o merge_request.create -o "merge_request.target=$main" -o "merge_request.title=$title" \
      -o merge_request.remove_source_branch origin "HEAD:$branch"
  ;;
github)
  git push --quiet --force origin "HEAD:$branch"
  # Of an open one the new commit is enough.
  open=$(GH_TOKEN=$FLEET_TOKEN gh pr list --head "$branch" --state open --json number)
  [ "$open" != "[]" ] ||
    GH_TOKEN=$FLEET_TOKEN gh pr create --base "$main" --head "$branch" --title "$title" --body "Released-$system: $commit"
  ;;
*)
  echo "FLEET_FORGE: must be gitlab or github, got $FLEET_FORGE" >&2
  exit 2
  ;;
esac
echo "$title: waits for its merge request"
