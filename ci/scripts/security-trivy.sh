#!/bin/sh
# Known weaknesses of libraries. The job is allowed to fail: they are to be known, and do not stop a fix of something else.
set -eu
trivy fs --scanners vuln --severity HIGH,CRITICAL --exit-code 1 --no-progress "${1:-.}"
