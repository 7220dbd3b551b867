#!/bin/sh
# Pylint gives 5.0 or more, and pytest passes: test-backend.sh [FOLDER]
set -eu
cd "${1:-backend}"
python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore -r requirements.txt pylint pytest
# Every file of the repository, without what is generated or installed.
git ls-files -z '*.py' | xargs -0 python3 -m pylint --fail-under="${PYLINT_MINIMUM:-5.0}"
python3 -m pytest
