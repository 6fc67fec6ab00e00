#!/usr/bin/env bash
# run.sh [DIRECTORY]: builds the solver and its engine, starts a farm of its own, runs two nights, compares the second with
# the first, and leaves a page about it in out/report.html. With BIN=DIRECTORY it builds nothing and uses the programs that
# are there.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ -z ${BIN-} ]]; then
    for product in tasks heat HeatEngine; do
        swift build -c release --product "$product" >&2
    done
    BIN=$(swift build -c release --show-bin-path)
fi
export PATH=$BIN:$PATH

# A profile of its own, so that it does not meet a farm that runs already.
TASKS_HOME=$(mktemp -d)
export TASKS_HOME
trap 'tasks cluster stop --now >&2 || true; rm -rf "$TASKS_HOME"' EXIT
tasks cluster start -n 2 --slots 1 --engine "$BIN/HeatEngine" >&2
mkdir -p examples/nightly-heat/out
for night in first second; do
    echo "the $night night:"
    tasks submit --wait examples/nightly-heat/batch.yaml >/dev/null
    tasks logs nightly-heat.17
done
tasks compare nightly-heat --tolerance 1e-9 --worse error
tasks sweep-report nightly-heat -o examples/nightly-heat/out/report.html
