#!/bin/sh
# Pulumi's command line is there before a job has any rights. npm's `pulumi` is a wrapper: at its first start it downloads the command line by a
# script of its maker, which is pinned to nothing and says what it does on standard output: neither in a job's $(…), nor where it could take
# a token.
set -eu
unset AWS_TOKEN ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_ID_TOKEN_REQUEST_TOKEN
npx pulumi version
