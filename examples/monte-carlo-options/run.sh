#!/usr/bin/env bash
# run.sh [PATHS]: builds the engine and the client, starts a farm of its own with that engine, prices the grid, and
# takes the farm down again. With BIN=DIRECTORY it builds nothing and uses the programs that are there.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ -z ${BIN-} ]]; then
    for product in tasks PricingEngine OptionPrices; do
        swift build -c release --product "$product" >&2
    done
    BIN=$(swift build -c release --show-bin-path)
fi

# A profile of its own, so that it does not meet a farm that runs already.
TASKS_HOME=$(mktemp -d)
export TASKS_HOME
trap '"$BIN/tasks" cluster stop --now >&2 || true; rm -rf "$TASKS_HOME"' EXIT
"$BIN/tasks" cluster start -n 2 --slots 1 --engine "$BIN/PricingEngine" >&2
"$BIN/OptionPrices" "$@"
