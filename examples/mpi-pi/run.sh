#!/usr/bin/env bash
# run.sh [RANKS]: builds the engine, starts a farm of its own with a pool of 4 ranks under mpiexec, computes π in a
# sweep, and takes the farm down again. With BIN=DIRECTORY it builds nothing and uses the programs that are there.
set -euo pipefail
cd "$(dirname "$0")/../.."
ranks=${1:-4}

if [[ -z ${BIN-} ]]; then
    for product in tasks PiEngine; do swift build -c release --product "$product" >&2; done
    BIN=$(swift build -c release --show-bin-path)
fi

# A profile of its own, so that it does not meet a farm that runs already.
TASKS_HOME=$(mktemp -d)
export TASKS_HOME
# More ranks than processors are fine here. Open MPI asks for a word before it runs as root.
export OMPI_MCA_rmaps_base_oversubscribe=1
if ((EUID == 0)); then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi

"$BIN/tasks" controller --log "$TASKS_HOME/controller.log" &
controller=$!
mpiexec -n "$ranks" "$BIN/PiEngine" --log "$TASKS_HOME/engine.log" &
pool=$!
trap 'kill $controller $pool || true; wait $controller $pool || true; rm -rf "$TASKS_HOME"' EXIT
until "$BIN/tasks" status >"$TASKS_HOME/status" 2>&1; do
    kill -0 $controller || exit 1
    sleep 0.1
done

"$BIN/tasks" submit --wait examples/mpi-pi/batch.yaml >&2
"$BIN/tasks" results last --columns strips,pi,error,ranks
