#!/usr/bin/env bash
# run.sh [FILE…]: builds the program, starts a farm of its own and counts the words of the files; without files of the
# project's own pages. With BIN=DIRECTORY it builds nothing and uses the programs that are there.
set -euo pipefail
here=$PWD
cd "$(dirname "$0")/../.."

if [[ -z ${BIN-} ]]; then
    for product in tasks WordCount; do
        swift build -c release --product "$product" >&2
    done
    BIN=$(swift build -c release --show-bin-path)
fi
export PATH=$BIN:$PATH

# A profile of its own, so that it does not meet a farm that runs already.
TASKS_HOME=$(mktemp -d)
export TASKS_HOME
trap 'tasks cluster stop --now >&2 || true; rm -rf "$TASKS_HOME"' EXIT
tasks cluster start -n 2 --slots 1 --engine "$BIN/WordCount" >&2
if [[ $# -eq 0 ]]; then
    WordCount count docs/*.md
else
    (cd "$here" && WordCount count "$@")
fi
