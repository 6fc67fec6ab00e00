#!/usr/bin/env bash
# run.sh [DIRECTORY]: builds the engine, starts a farm of its own with a pool of 4 ranks under mpiexec, checks the solver
# against the right solution, and draws the wave into DIRECTORY (examples/mpi-wave2d/out). With BIN=DIRECTORY it builds
# nothing and uses the programs that are there.
set -euo pipefail
cd "$(dirname "$0")/../.."
example=$PWD/examples/mpi-wave2d
out=${1:-$example/out}

if [[ -z ${BIN-} ]]; then
    for product in tasks WaveEngine; do swift build -c release --product "$product" >&2; done
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
# Functions write where their engine was started.
mkdir -p "$out"
(cd "$out" && exec mpiexec -n 4 "$BIN/WaveEngine" --log "$TASKS_HOME/engine.log") &
pool=$!
trap 'kill $controller $pool || true; wait $controller $pool || true; rm -rf "$TASKS_HOME"' EXIT
until "$BIN/tasks" status >"$TASKS_HOME/status" 2>&1; do
    kill -0 $controller || exit 1
    sleep 0.1
done

"$BIN/tasks" submit --wait "$example/batch.yaml" >&2
"$BIN/tasks" results last --columns name,ranks,blocks,error,stepSeconds
ls "$out"
