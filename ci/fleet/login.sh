# shellcheck shell=sh
# Sourced by jobs that deploy: who they are, by the token that the forge signs for each of them. Nothing is stored that could be stolen.
#   AWS_ROLE_ARN          the role (DeployRole) that takes such tokens; without it, what the runner itself may do
#   DEPLOY_KEY_PARAMETER  Parameter Store's name of the key for machines; without it, the agent that is there
#   AWS_TOKEN             GitLab's token (id_tokens), good for as long as the job; GitHub's is asked for

renewing="" agent="" tokens=""
trap '[ -z "$renewing" ] || kill "$renewing" || true; [ -z "$tokens" ] || rm -rf "$tokens"; [ -z "$agent" ] || ssh-agent -k >/dev/null' EXIT

github_token() {
  # The header on standard input: every process of the machine may read a command line.
  printf 'header = "Authorization: bearer %s"\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" |
    curl --silent --show-error --fail --retry 3 --config - "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" |
    node -e 'process.stdout.write(JSON.parse(require("fs").readFileSync(0, "utf8")).value)' >"$AWS_WEB_IDENTITY_TOKEN_FILE.new" &&
    mv "$AWS_WEB_IDENTITY_TOKEN_FILE.new" "$AWS_WEB_IDENTITY_TOKEN_FILE"
}

if [ -n "${AWS_ROLE_ARN:-}" ]; then
  tokens=$(umask 077 && mktemp -d)
  AWS_WEB_IDENTITY_TOKEN_FILE=$tokens/token
  if [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then
    github_token
    # It ends after five minutes, and every program that starts later, or goes on after the role's hour, hands it in again. Asked for often
    # enough that one refusal does no harm.
    while sleep 120; do github_token || true; done >/dev/null 2>&1 &
    renewing=$!
  else
    printf '%s' "${AWS_TOKEN:-}" >"$AWS_WEB_IDENTITY_TOKEN_FILE"
  fi
  if [ ! -s "$AWS_WEB_IDENTITY_TOKEN_FILE" ]; then
    echo "AWS_ROLE_ARN is set, but this job has no token: id_tokens (GitLab) or permissions: id-token: write (GitHub)" >&2
    exit 1
  fi
  export AWS_WEB_IDENTITY_TOKEN_FILE
  unset AWS_TOKEN
fi

if [ -n "${DEPLOY_KEY_PARAMETER:-}" ]; then
  eval "$(ssh-agent -s)" >/dev/null
  agent=$SSH_AGENT_PID
  npx tsx ci/fleet/deploy-key.ts
fi
