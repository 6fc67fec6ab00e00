#!/usr/bin/env bash
# Makes the virtual environment that the tasks run in: .venv, beside this script, with scikit-learn. Does nothing if it
# is there.
set -euo pipefail
cd "$(dirname "$0")"
if ! .venv/bin/python -c 'import sklearn' 2>/dev/null; then
    "${PYTHON:-python3}" -m venv --clear .venv
    .venv/bin/python -m pip --quiet --disable-pip-version-check install 'scikit-learn>=1.3'
fi
.venv/bin/python -c 'import sklearn; print("scikit-learn", sklearn.__version__)'
