#!/usr/bin/env bash
# run.sh: makes the virtual environment, starts a farm of its own with two engines, scores all models, shows the best ones,
# and takes the farm down again. With BIN=DIRECTORY it builds nothing and uses the program that is there.
set -euo pipefail
cd "$(dirname "$0")/../.."

examples/model-selection/setup.sh >&2
if [[ -z ${BIN-} ]]; then
    swift build -c release --product tasks >&2
    BIN=$(swift build -c release --show-bin-path)
fi
export PATH=$BIN:$PATH

# A profile of its own, so that it does not meet a farm that runs already.
TASKS_HOME=$(mktemp -d)
export TASKS_HOME
trap 'tasks cluster stop --now >&2 || true; rm -rf "$TASKS_HOME"' EXIT
tasks cluster start -n 2 --slots 1 >&2
tasks submit --wait examples/model-selection/batch.yaml >/dev/null
tasks results model-selection --sort -score --columns name,score,spread,fit_seconds
