#!/usr/bin/env bash
# run.sh [RANKS]: starts a farm of its own with a pool of 4 ranks under mpiexec, whose Python is mpi4py's, computes
# eigenvalues in a sweep, and takes the farm down again. PYTHON says which interpreter, if the first that has mpi4py is
# not the right one. With BIN=DIRECTORY it builds nothing and uses the program that is there.
set -euo pipefail
cd "$(dirname "$0")/../.."
ranks=${1:-4}

for python in ${PYTHON:-python3 /usr/bin/python3} ""; do
    if [[ -z $python ]]; then
        echo "run.sh: there is no Python with mpi4py; install it (apt install python3-mpi4py), or name one by PYTHON" >&2
        exit 2
    fi
    if "$python" -c 'import mpi4py' 2>/dev/null; then break; fi
done

if [[ -z ${BIN-} ]]; then
    swift build -c release --product tasks >&2
    BIN=$(swift build -c release --show-bin-path)
fi

# A profile of its own, so that it does not meet a farm that runs already.
TASKS_HOME=$(mktemp -d)
export TASKS_HOME
trap '"$BIN/tasks" cluster stop >&2 || true; rm -rf "$TASKS_HOME"' EXIT
# Open MPI asks for a word before it runs as root.
if ((EUID == 0)); then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi

# What comes after -- is mpiexec's: more ranks than processors are fine here.
"$BIN/tasks" cluster start --launcher mpi -n "$ranks" --slots 1 --engine-mpi mpi4py --python "$python" -- --oversubscribe >&2
cd examples/mpi4py
"$BIN/tasks" submit --wait batch.yaml >&2
"$BIN/tasks" results last --columns n,eigenvalue,steps,ranks
